using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>A situation in which a policy has to be chosen.</summary>
/// <param name="Title">In words.</param>
/// <param name="Scenario">A built-in scenario's name, or a file.</param>
/// <param name="Settings">Each <c>path=value</c>.</param>
internal sealed record Situation(string Title, string Scenario, params string[] Settings)
{
    /// <summary>Those that come with the simulator.</summary>
    internal static IReadOnlyList<Situation> All { get; } =
    [
        new("all alike, load 0.6", "steady-state"),
        new("all alike, load 0.9", "steady-state", "traffic.load=0.9"),
        new("40 clients, 20 instances, load 0.9", "steady-state", "traffic.load=0.9", "client.count=40", "service.instances=20", "duration=10s"),
        new("every other instance half as fast", "steady-state", "service.speeds=[1, 0.5]"),
        new("the same, and weights say so", "steady-state", "service.speeds=[1, 0.5]", "service.weights=[2, 1]"),
        new("one of five 8 times slower", "slow-instance"),
        new("one fails every call at once", "black-hole"),
        new("one fails a third of its calls", "gray-failure"),
        new("one hangs", "hung-instance"),
        new("one is killed", "instance-crash"),
        new("a zone goes down", "zone-outage"),
        new("all slow, a tenth fails", "brownout"),
        new("new instances join", "scale-up"),
        new("a deployment rolls", "rolling-deploy"),
    ];
}

/// <summary>What to take in a situation.</summary>
/// <param name="Situation">Which.</param>
/// <param name="Comparison">The policies in all metrics.</param>
/// <param name="Best">
/// Those that nobody beats: of the policies that tie with the best in success, those that tie with the best in p99.
/// </param>
internal sealed record Choice(Situation Situation, Comparison Comparison, ImmutableArray<string> Best)
{
    internal static Choice Of(Situation situation, ulong firstSeed, Contender[] contenders, RunReport[][] reports)
    {
        var all = Comparison.Of(situation.Scenario, firstSeed, contenders, reports);
        // A policy that fails calls quickly must not set the pace for those that answer them.
        var answering = Tied(all, "successRate");
        var among = Comparison.Of(
            situation.Scenario, firstSeed, [.. contenders.Where(c => answering.Contains(c.Label))],
            [.. reports.Where((_, i) => answering.Contains(contenders[i].Label))]);
        return new Choice(situation, all, Tied(among, "p99"));
    }

    private static ImmutableArray<string> Tied(Comparison comparison, string metric) =>
    [
        .. comparison.Metrics.Single(m => m.Metric == metric).Values
            .Where(static v => v.Standing is Standing.Reference or Standing.Tie).Select(static v => v.Balancer),
    ];
}
