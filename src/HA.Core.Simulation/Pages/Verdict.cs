using HA.Core.Simulation.History;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Pages;

/// <summary>The first thing on the page: whether it held, whether callers noticed, and how to see it again.</summary>
internal static class Verdict
{
    private const int MostBroken = 6;

    internal static Html Of(RunReport report, RunHistory history, RunPageOptions options)
    {
        var broken = report.Expectations.Where(static e => !e.Held).ToArray();
        var said = broken.Length == 0
            ? $"All {report.Expectations.Length} expectations held"
            : $"{broken.Length} of {Amounts.Count(report.Expectations.Length, "expectation")} did not hold";
        return Html.Of(
            $"""
             <header class="{(report.Passed ? "pass" : "fail")}">
             <p class="verdict"><span class="pill">{(report.Passed ? "✓ pass" : "✗ fail")}</span> <span>{said}</span></p>
             <h1>{report.Scenario}</h1>
             <p class="title">{history.Scenario.Title}</p>
             {Broken(broken)}<p class="story">{Story(report, history)}</p>
             {Tiles(report, history)}
             {Replay(report, options)}</header>

             """);
    }

    private static Html Broken(ExpectationResult[] broken)
    {
        if (broken.Length == 0) return new Html();
        var list = new Html();
        foreach (var result in broken.Take(MostBroken))
            list.Add($"<li><code>{result.Expected}</code> <span>{result.Actual}</span></li>");
        if (broken.Length > MostBroken) list.Add($"<li>and {broken.Length - MostBroken} more</li>");
        return Html.Of($"<ul class=\"broken\">{list}</ul>\n");
    }

    // Three sentences: what went wrong, whether clients knew, whether callers noticed.
    private static string Story(RunReport report, RunHistory history)
    {
        var faults = FaultStory.Of(history);
        var told = faults.Take(3).Select(f => Sentence(f, history.Columns));
        var more = faults.Count > 3 ? $" And {Amounts.Count(faults.Count - 3, "more fault")}." : "";
        var wrong = faults.Count == 0 ? "Nothing went wrong." : string.Join(' ', told) + more;
        return $"{wrong} {Callers(report, history)}";
    }

    private static string Sentence(FaultStory fault, Columns columns)
    {
        var from = Amounts.Moment(columns.SecondsUntil(fault.From));
        var length = fault.To is { } to ? $" for {Amounts.Time(new TimeSpan(to - fault.From))}" : " to the end";
        var noticed = fault.Noticed.Length > 0 ? $"; {fault.Noticed}" : "";
        return $"At {from}, {fault.Struck}: {fault.Fault.Describe()}{length}{noticed}.";
    }

    private static string Callers(RunReport report, RunHistory history)
    {
        var calls = Amounts.Count(report.Calls, "call");
        var share = report.Calls == 0 ? "" : Amounts.Percent((double)report.Failed / report.Calls);
        var refused = history.Calls.Refused.Sum();
        var byClient = refused > 0 ? $"; clients themselves refused {Amounts.Count(refused)} at once" : "";
        var failed = report.Failed == 0
            ? $"Callers saw no error in {calls}"
            : $"Callers saw {Amounts.Count(report.Failed, "error")} in {calls} ({share}){byClient}";
        if (history.InFaults.Count == 0 || history.OutsideFaults.Count == 0) return failed + ".";
        return $"{failed}. In that time 99 % of the calls took at most {P99(history.InFaults)}, otherwise {P99(history.OutsideFaults)}.";

        static string P99(Statistics.LatencyHistogram latencies) => Amounts.Time(new TimeSpan(latencies.Percentile(99)));
    }

    private static Html Tiles(RunReport report, RunHistory history)
    {
        var tiles = new Html();
        var rate = report.Calls == 0 ? "–" : Amounts.Percent((double)report.Succeeded / report.Calls);
        Tile("succeeded", rate, $"{Amounts.Count(report.Failed)} of {Amounts.Count(report.Calls)} failed");
        Tile("median", Amounts.Time(report.LatencyMs.P50), $"mean {Amounts.Time(report.LatencyMs.Mean)}");
        Tile("99 % within", Amounts.Time(report.LatencyMs.P99), $"slowest {Amounts.Time(report.LatencyMs.Max)}");
        Tile("detected in", Amounts.Time(report.TimeToDetectMs), Noticing(history, false, "by the slowest client"));
        Tile("recovered in", Amounts.Time(report.TimeToRecoverMs), Noticing(history, true, "after a fault's end"));
        Tile("retries", Amounts.Count(report.Retries), $"{Amounts.Count(report.Attempts, "attempt")} in all");
        return Html.Of($"<dl class=\"tiles\">{tiles}</dl>");

        void Tile(string name, string value, string note) =>
            tiles.Add($"<div><dt>{name}</dt><dd><b>{value}</b><small>{note}</small></dd></div>");
    }

    private static string Noticing(RunHistory history, bool isUsable, string of)
    {
        var notices = history.Notices.FindAll(n => n.IsUsable == isUsable);
        return notices.Count == 0 ? "does not apply" : notices.Exists(static n => n.Took is null) ? "not by every client" : of;
    }

    private static Html Replay(RunReport report, RunPageOptions options) => options.Replay is { } replay
        ? Html.Of($"<p class=\"replay\"><span>see it again</span><code>{replay}</code></p>\n")
        : Html.Of($"<p class=\"replay\"><span>seed</span><code>{Amounts.Plain(report.Seed)}</code></p>\n");
}
