using HA.Core.Sim.Commands;
using HA.Core.Sim.Output;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Pages;

namespace HA.Core.Sim.Pages;

/// <summary>A comparison of policies as one HTML page that needs nothing else.</summary>
internal static class ComparisonPage
{
    /// <param name="comparison">What it came to.</param>
    /// <param name="title">What the scenario is about.</param>
    /// <param name="command">The command that makes the page again.</param>
    /// <param name="runs">The command that shows one run of a policy, for each that has one.</param>
    internal static string Of(Comparison comparison, string title, string command, IReadOnlyList<Replay> runs) => Document.Of(
        $"{comparison.Scenario}: {Amounts.Count(comparison.Balancers.Length, "policy", "policies")} compared",
        [
            Head(comparison, title, command),
            Differences(comparison),
            Latencies(comparison),
            Shares(comparison),
            Runs(runs),
        ],
        // Nothing here is read out column by column.
        Html.Raw("""{"when":[]}""")).ToString();

    private static Html Head(Comparison comparison, string title, string command)
    {
        var tiles = new Html();
        foreach (var metric in comparison.Metrics.Where(static m => m.Reference is not null))
        {
            var best = metric.Values.First(v => v.Balancer == metric.Reference);
            tiles.Add($"<div><dt>{metric.Title}</dt><dd><b>{ComparisonTable.Value(metric.Unit, best.Mean)}</b><small>{Standings(comparison, metric)}</small></dd></div>");
        }

        return Html.Of(
            $"""
             <header class="pass">
             <p class="verdict"><span class="pill">{Amounts.Count(comparison.Balancers.Length, "policy", "policies")}</span> <span>the same arrivals, work and faults for all</span></p>
             <h1>{comparison.Scenario}</h1>
             <p class="title">{title}</p>
             <p class="story">{Story(comparison)}</p>
             <dl class="tiles">{tiles}</dl>
             <p class="replay"><span>see it again</span><code>{command}</code></p>
             </header>

             """);
    }

    private static string Standings(Comparison comparison, ComparedMetric metric)
    {
        var ties = metric.Values.Where(static v => v.Standing == Standing.Tie).Select(static v => v.Balancer).ToArray();
        var reference = comparison.Baseline is null ? metric.Reference : $"{metric.Reference}, the baseline";
        return ties.Length switch
        {
            0 => $"{reference}",
            <= 2 => $"{reference}; ties: {string.Join(", ", ties)}",
            _ => $"{reference}; ties with {ties.Length} others",
        };
    }

    private static string Story(Comparison comparison) =>
        string.Concat(ComparisonTable.Notes(comparison).Select(static note => $"{char.ToUpperInvariant(note[0])}{note[1..]}. ")).TrimEnd();

    private static Html Differences(Comparison comparison)
    {
        var tables = new Html();
        foreach (var metric in comparison.Metrics) tables.Add($"{IntervalChart.Of(metric)}");
        return Section.Of(
            "differences", "What differs, and what may be chance",
            "Seed by seed against the policy that is named: the dot is the mean difference, the bar its interval, the line no difference at all. "
                + "A bar that crosses the line is a tie.",
            tables);
    }

    private static Html Latencies(Comparison comparison)
    {
        (string Name, Func<ComparisonRow, double> Of)[] shown =
            [("p50", static r => r.P50Ms), ("p99", static r => r.P99Ms), ("p99.9", static r => r.P999Ms), ("slowest", static r => r.MaxMs)];
        return Section.Of(
            "latency", "How long calls took", "Means over the seeds, on a scale of powers of ten.",
            Html.Of($"{Section.Legend(shown.Select(static (s, i) => ($"l p{i}", s.Name)))}{DotChart.Of(comparison.Balancers, shown)}"),
            Section.Table(
                ["policy", "calls", "failed", "retries", .. shown.Select(static s => s.Name)],
                comparison.Balancers.Select(r => (IReadOnlyList<string>)
                    [
                        r.Balancer, Amounts.Count((long)r.Calls), Amounts.Count((long)r.Failed), Amounts.Count((long)r.Retries),
                        .. shown.Select(s => Amounts.Time(s.Of(r))),
                    ])));
    }

    private static Html Shares(Comparison comparison) => Section.Of(
        "shares", "Where the calls went", "The part of all attempts that the instance with the fewest and that with the most of them got.",
        Section.Table(
            ["policy", "fewest", "most"],
            comparison.Balancers.Select(static r => (IReadOnlyList<string>)
                [r.Balancer, Amounts.Percent(r.SmallestShare), Amounts.Percent(r.LargestShare)])));

    private static Html Runs(IReadOnlyList<Replay> runs)
    {
        var list = new Html();
        foreach (var run in runs) list.Add($"<p class=\"replay\"><span>{run.Balancer}</span><code>{run.ToString()} --html run.html</code></p>\n");
        return Section.Of(
            "runs", "One run of each", "What happened in a run, call by call and instance by instance, is on a page of its own.", list);
    }
}
