using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Sim.Reading;
using HA.Core.Simulation;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Verification;

/// <summary>
/// Two steps of the load ramp by which Prequal was shown, as others repeated it on ten machines: round robin and probing at 93 % of what
/// the machines have for sure, and probing at 141 %.
/// </summary>
/// <remarks>
/// Theirs are real processors with neighbours, so the shape counts and not the number: the same medians and nearly the same p90, tails
/// that differ by more than ten times, and nobody refused. What was not told is how long neighbours are busy and what a call needs beside
/// its 10 ms of work; both are such that round robin at 75 % and 93 % comes near to theirs.
/// </remarks>
internal static class PrequalRamp
{
    internal const string Name = "prequal-ramp";

    private const string Source =
        "Wydrowski et al. 2024, \"Load is not what you should balance: Introducing Prequal\", figure 6, as repeated by Alabey and Bülbül 2026 (github.com/furknbulbul/prequal-nc)";

    /// <summary>Calls a second that the machines serve while all neighbours are busy, as they were counted there.</summary>
    private const double Sure = 1973;

    private const int Trials = 3;
    private const double SameShape = 0.3;

    internal static ExperimentResult Run(ulong seed)
    {
        var machines = ScenarioLibrary.Load("noisy-neighbours");
        var ofProbing = new ClientModel { Probing = new ProbingOptions() };
        var inTurn = Runs(machines, seed, 0.93, new ClientModel { Balancer = "round-robin" });
        var probing = Runs(machines, seed, 0.93, ofProbing);
        var beyond = Runs(machines, seed, 1.41, ofProbing);
        return PublishedModel.ResultOf(
            Name, Source, seed, Trials, inTurn.Concat(probing).Concat(beyond).Sum(static r => r.Calls),
            Time("p50, in turn, 93 %", 16.4, inTurn, static l => l.P50),
            Time("p90, in turn, 93 %", 810, inTurn, static l => l.P90),
            Time("p50, probing, 93 %", 12.9, probing, static l => l.P50),
            Time("p90, probing, 93 %", 31.1, probing, static l => l.P90),
            AtLeastTen("p99, in turn / probing, 93 %", 3791 / 67.0, [.. inTurn.Zip(probing, static (a, b) => a.LatencyMs.P99 / b.LatencyMs.P99)]),
            PublishedModel.Row("failed, probing, 141 %", "failed == 0", 0, 0, [.. beyond.Select(static r => (double)r.Failed)], MetricUnit.Number));
    }

    private static RunReport[] Runs(Scenario machines, ulong seed, double load, ClientModel client)
    {
        var scenario = machines with
        {
            Duration = TimeSpan.FromSeconds(40),
            Traffic = machines.Traffic with { Rate = load * Sure },
            // As there: five seconds, once, and nobody is judged.
            Client = client with
            {
                ActiveChecks = false,
                Calls = new CallOptions { Deadline = TimeSpan.FromSeconds(5), AttemptTimeout = TimeSpan.FromSeconds(5), MaxAttempts = 1 },
                Health = new HealthOptions { MaxEjectedShare = 0, Outliers = null },
            },
            Expectations = [],
        };
        return [.. Enumerable.Range(0, Trials).Select(i => ScenarioRunner.Run(scenario, seed + (ulong)i))];
    }

    private static TheoryRow Time(string metric, double published, RunReport[] runs, Func<LatencySummary, double> of) => PublishedModel.Row(
        metric, $"{metric} +- 30%", published, published * SameShape, [.. runs.Select(r => of(r.LatencyMs))], MetricUnit.Milliseconds);

    private static TheoryRow AtLeastTen(string metric, double published, double[] values) =>
        PublishedModel.Row(metric, $"{metric} >= 10", published, published - 10, values, MetricUnit.Number);
}
