using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>What was wrong with a run.</summary>
/// <param name="Check">What did not hold: the name of a check or a metric, or of the kind of break.</param>
/// <param name="Law">What should have held.</param>
/// <param name="What">What was.</param>
public sealed record Failure(string Check, string Law, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Check}: {What}";
}

/// <summary>A scenario that was run with a seed.</summary>
/// <param name="Scenario">What was run.</param>
/// <param name="Seed">What its chance followed from.</param>
/// <param name="Report">What it came to; null if it broke.</param>
/// <param name="Failure">The first thing that was wrong; null if all held.</param>
public sealed record Trial(Scenario Scenario, ulong Seed, RunReport? Report, Failure? Failure)
{
    /// <summary>Runs the scenario that is drawn from a seed.</summary>
    public static Trial Of(ulong seed, SimulationOptions? options = null) => Run(ScenarioGenerator.Generate(seed), seed, options);

    /// <summary>Runs a scenario. Never throws for what the run does: a run that breaks has failed.</summary>
    /// <exception cref="ScenarioException">It cannot be run as it is written.</exception>
    public static Trial Run(Scenario scenario, ulong seed, SimulationOptions? options = null)
    {
        try
        {
            var report = ScenarioRunner.Run(scenario, seed, options);
            var violated = report.Expectations.FirstOrDefault(static e => !e.Held);
            var failure = violated is null ? null : new Failure(violated.Name, violated.Expected, violated.Actual);
            return new Trial(scenario, seed, report, failure);
        }
        catch (SimulationException e)
        {
            var kind = (e as SimulationFailedException)?.InnerException ?? e;
            return new Trial(scenario, seed, null, new Failure(kind.GetType().Name, "the run ends by itself", e.Message));
        }
    }
}
