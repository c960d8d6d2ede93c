using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>What a failure was shrunk to.</summary>
/// <param name="Smallest">The smallest trial found that still fails in the same check.</param>
/// <param name="Trials">How many were run for it.</param>
public sealed record Shrunk(Trial Smallest, int Trials);

/// <summary>
/// Makes a failing scenario small: fewer faults, instances and features, shorter, rounder. Each candidate is run with the same
/// seed and kept if it fails in the same check.
/// </summary>
/// <remarks>
/// Faults by delta debugging (Zeller and Hildebrandt 2002); the rest one simplification after the other, over and over until
/// none is left that helps. Chance hangs on names, so leaving something out disturbs nobody else.
/// </remarks>
public sealed class Shrinker
{
    private readonly SimulationOptions? _options;
    private readonly int _maxTrials;
    private readonly string _check;
    private Trial _smallest;
    private int _trials;

    private Shrinker(Trial failed, SimulationOptions? options, int maxTrials)
    {
        _smallest = failed;
        _check = failed.Failure!.Check;
        _options = options;
        _maxTrials = maxTrials;
    }

    private Scenario Current => _smallest.Scenario;

    /// <summary>Shrinks a trial that failed.</summary>
    /// <param name="failed">The trial.</param>
    /// <param name="options">What it was run with.</param>
    /// <param name="maxTrials">Most runs to spend on it.</param>
    /// <exception cref="ArgumentException">It did not fail.</exception>
    public static Shrunk Shrink(Trial failed, SimulationOptions? options = null, int maxTrials = 400)
    {
        ArgumentNullException.ThrowIfNull(failed);
        if (failed.Failure is null) throw new ArgumentException("This trial did not fail, so there is nothing to keep.", nameof(failed));
        var shrinker = new Shrinker(failed, options, maxTrials);
        while (shrinker.RunOnce()) { }
        return new Shrunk(shrinker._smallest, shrinker._trials);
    }

    private bool RunOnce()
    {
        var before = Current;
        RemoveFaults();
        foreach (var simpler in Simplification.OfSystem) Keep(simpler(Current));
        KeepFirst(Simplification.FewerInstances(Current));
        for (var i = 0; i < Current.Faults.Length; i++) SimplifyFault(i);
        while (Keep(Simplification.HalfTheRate(Current))) { }
        while (Keep(Simplification.Shorter(Current))) { }
        return !ReferenceEquals(before, Current) && _trials < _maxTrials;
    }

    private void RemoveFaults()
    {
        for (var size = Math.Max(1, Current.Faults.Length / 2); ; size /= 2)
        {
            for (var at = 0; at < Current.Faults.Length;)
            {
                var rest = Current.Faults.RemoveRange(at, Math.Min(size, Current.Faults.Length - at));
                if (!KeepShortest(Current with { Faults = rest })) at += size;
            }

            if (size == 1) return;
        }
    }

    private void SimplifyFault(int at)
    {
        foreach (var simpler in Simplification.OfFault)
        {
            // Lengths and moments are halved as often as that goes.
            while (simpler(Current.Faults[at]) is { } fault && KeepShortest(With(at, fault))) { }
        }
    }

    private Scenario With(int at, Fault fault) => Current with { Faults = Current.Faults.SetItem(at, fault) };

    private void KeepFirst(IEnumerable<Scenario> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (Keep(candidate)) return;
        }
    }

    // Shorter faults may leave a shorter plan; if that hides the failure, the old length is kept.
    private bool KeepShortest(Scenario candidate)
    {
        var shortest = ScenarioGenerator.WithQuiet(candidate);
        return (shortest.Duration < candidate.Duration && Keep(shortest)) || Keep(candidate);
    }

    private bool Keep(Scenario candidate)
    {
        if (candidate.Equals(Current) || _trials >= _maxTrials) return false;
        try
        {
            _trials++;
            var trial = Trial.Run(candidate, _smallest.Seed, _options);
            if (trial.Failure?.Check != _check) return false;
            _smallest = trial;
            return true;
        }
        catch (ScenarioException)
        {
            // What was left out was needed, such as a zone that a fault names.
            return false;
        }
    }
}
