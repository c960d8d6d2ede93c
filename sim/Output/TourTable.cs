using HA.Core.Sim.Commands;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>The tour's result for people.</summary>
internal static class TourTable
{
    internal static void Write(Terminal terminal, IEnumerable<RunReport> reports)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("scenario");
        foreach (var title in (string[])["calls", "failed", "retries", "p50", "p99", "time to detect", "time to recover"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        table.AddColumn("verdict");
        foreach (var report in reports)
        {
            table.AddRow(
                Markup.Escape(report.Scenario), Figures.Number(report.Calls), Figures.Number(report.Failed), Figures.Number(report.Retries),
                Figures.Time(report.LatencyMs.P50), Figures.Time(report.LatencyMs.P99), Figures.Time(report.TimeToDetectMs), Figures.Time(report.TimeToRecoverMs),
                report.Passed ? "[green]pass[/]" : "[red]FAIL[/]");
        }

        terminal.Canvas().Write(table);
    }

    /// <summary>What did not hold, and how to see it again.</summary>
    internal static void WriteFailure(Terminal terminal, RunReport report, Replay replay)
    {
        var canvas = terminal.Canvas();
        canvas.MarkupLine($"[red]{Markup.Escape(report.Scenario)} failed[/]");
        foreach (var result in report.Expectations.Where(static e => !e.Held))
            canvas.MarkupLine($"  expected {Markup.Escape(result.Expected)}, but was {Markup.Escape(result.Actual)}");
        if (report.FirstError is { } error) canvas.MarkupLine($"  first error: {Markup.Escape(error)}");
        canvas.MarkupLine($"  replay: {Markup.Escape(replay.ToString())}");
        canvas.WriteLine();
    }
}
