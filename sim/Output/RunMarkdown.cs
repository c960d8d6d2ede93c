using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>The report of one run as Markdown, for a pull request or a page.</summary>
internal static class RunMarkdown
{
    internal static string Of(RunReport report, string title, string replay)
    {
        var latency = report.LatencyMs;
        var lines = new List<string>
        {
            $"## {report.Scenario}: {report.Verdict}",
            "",
            $"{title}".Trim(),
            "",
            $"    {replay}",
            "",
            "| expectation | held | measured |",
            "|---|---|---|",
        };
        lines.AddRange(report.Expectations.Select(static e => $"| {Cell(e.Expected)} | {(e.Held ? "yes" : "**no**")} | {Cell(e.Actual)} |"));
        lines.AddRange([
            "",
            "| calls | failed | retries | p50 | p99 | p99.9 | max | detected in | recovered in |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            $"| {Figures.Number(report.Calls)} | {Figures.Number(report.Failed)} | {Figures.Number(report.Retries)} | {Figures.Time(latency.P50)} "
            + $"| {Figures.Time(latency.P99)} | {Figures.Time(latency.P999)} | {Figures.Time(latency.Max)} | {Figures.Time(report.TimeToDetectMs)} "
            + $"| {Figures.Time(report.TimeToRecoverMs)} |",
            "",
            "| instance | zone | attempts | served | share | busy |",
            "|---|---|---:|---:|---:|---:|",
        ]);
        lines.AddRange(report.PerInstance.Select(static i =>
            $"| `{Cell(i.Id)}` | {Cell(i.Zone ?? "-")} | {Figures.Number(i.Attempts)} | {Figures.Number(i.Served)} | {Figures.Percent(i.Share)} | {Figures.Percent(i.Utilisation)} |"));
        if (report.FirstError is { } error) lines.AddRange(["", $"First error: {error}"]);
        return string.Join('\n', lines);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
