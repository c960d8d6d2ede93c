using System.Collections.Immutable;
using HA.Core.Sim.Commands;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Verification;

/// <summary>A scenario whose outcome is known beforehand, to be run with a number of seeds.</summary>
/// <param name="Source">Its name or file, as <c>run</c> takes it.</param>
/// <param name="Scenario">What is run.</param>
/// <param name="IsControl">Whether its expectations are wrong, and must be found so.</param>
/// <param name="FirstSeed">The first of its seeds, which follow one another.</param>
internal sealed record Experiment(string Source, Scenario Scenario, bool IsControl, ulong FirstSeed)
{
    internal string Name => Scenario.Name;

    /// <summary>About how many calls one of its runs makes, to begin with the longest.</summary>
    internal double Size => Scenario.Duration.TotalSeconds * (Scenario.Traffic.Rate ?? 1);

    internal Replay Replay(int run) => new(Source, FirstSeed + (ulong)run);

    /// <summary>Judges what its runs came to.</summary>
    internal ExperimentResult Judge(IReadOnlyList<RunReport> runs)
    {
        var rows = Scenario.Expectations.Where(static e => e.Tolerance is not null).Select(e => Row(e, runs)).ToImmutableArray();
        // What must hold beside the known values: of every single run.
        var known = rows.Select(static r => r.Expected).ToHashSet(StringComparer.Ordinal);
        var broken = runs.SelectMany((r, i) => r.Expectations.Where(e => !e.Held && !known.Contains(e.Expected))
            .Select(e => $"{e.Name}: expected {e.Expected}, but was {e.Actual} ({Replay(i)})")).ToImmutableArray();
        return new ExperimentResult(
            Name, Scenario.Source, IsControl, FirstSeed, runs.Count, runs.Sum(static r => r.Calls), Math.Round(runs.Sum(static r => r.WallSeconds), 3),
            rows, broken, Replay(0).ToString());
    }

    private TheoryRow Row(Expectation expected, IReadOnlyList<RunReport> runs)
    {
        var (value, tolerance) = (expected.Value, expected.Tolerance!.Value);
        var measured = expected.Metric.Over(runs);
        var half = ConfidenceInterval.HalfWidth([.. runs.Select(expected.Metric.Of)]);
        var isHeld = measured is { } m && expected.Holds(m);
        var verdict = (IsControl, isHeld) switch
        {
            (true, true) => TheoryVerdict.HoldsWrongly,
            (true, false) => TheoryVerdict.FailsRightly,
            (false, true) when half > tolerance => TheoryVerdict.Inconclusive,
            (false, true) => TheoryVerdict.Match,
            _ => TheoryVerdict.Differs,
        };
        return new TheoryRow(
            expected.Metric.Name, expected.Text, value, measured, half, value == 0 ? null : (measured - value) / value, tolerance,
            expected.Metric.Unit, verdict);
    }
}
