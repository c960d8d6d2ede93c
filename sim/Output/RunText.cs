using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>The report of one run for people.</summary>
internal static class RunText
{
    private const int MaxInstances = 12;
    private const int MaxTimeline = 24;

    internal static void Write(Terminal terminal, RunReport report, string title)
    {
        var canvas = terminal.Canvas();
        Line(canvas, $"[bold]{Markup.Escape(report.Scenario)}[/]  {Markup.Escape(title)}");
        var time = report.VirtualSeconds > 0 ? $"{report.VirtualSeconds:0.#} s simulated in {report.WallSeconds:0.0} s" : $"{report.WallSeconds:0.0} s";
        Line(canvas, $"[grey]seed {report.Seed}, {Markup.Escape(report.Balancer)}, {time}[/]");
        canvas.WriteLine();
        var latency = report.LatencyMs;
        Line(canvas, $"  calls      {Figures.Number(report.Calls)}   succeeded {Figures.Number(report.Succeeded)}   failed {Figures.Number(report.Failed)}");
        Line(canvas, $"  attempts   {Figures.Number(report.Attempts)}   retries {Figures.Number(report.Retries)}   panics {report.Panics}");
        Line(canvas, $"  latency    p50 {Figures.Time(latency.P50)}   p90 {Figures.Time(latency.P90)}   p99 {Figures.Time(latency.P99)}   p99.9 {Figures.Time(latency.P999)}   max {Figures.Time(latency.Max)}");
        Line(canvas, $"  faults     detected in {Figures.Time(report.TimeToDetectMs)}   recovered in {Figures.Time(report.TimeToRecoverMs)}");
        if (report.TraceHash.Length > 0) Line(canvas, $"  trace      {report.TraceHash}");
        canvas.WriteLine();
        WriteInstances(canvas, report);
        WriteTimeline(canvas, report);
        WriteExpectations(canvas, report);
    }

    private static void WriteInstances(IAnsiConsole canvas, RunReport report)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("  instance", "zone");
        foreach (var name in (string[])["attempts", "served", "share", "busy"]) table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var instance in report.PerInstance.Take(MaxInstances))
        {
            table.AddRow(
                $"  {Markup.Escape(instance.Id)}", Markup.Escape(instance.Zone ?? "-"), Figures.Number(instance.Attempts), Figures.Number(instance.Served),
                Figures.Percent(instance.Share), Figures.Percent(instance.Utilisation));
        }

        canvas.Write(table);
        if (report.PerInstance.Length > MaxInstances) Line(canvas, $"  [grey]and {report.PerInstance.Length - MaxInstances} more[/]");
        canvas.WriteLine();
    }

    private static void WriteTimeline(IAnsiConsole canvas, RunReport report)
    {
        // What happens before the first fault is a system that starts up.
        var first = report.Timeline.ToList().FindIndex(static e => e.Who == "fault");
        var told = first < 0 ? [] : report.Timeline[first..];
        foreach (var entry in told.Take(MaxTimeline))
        {
            var colour = entry.Who == "fault" ? "yellow" : "default";
            Line(canvas, $"  [grey]{entry.AtSeconds,9:0.000} s[/]  [{colour}]{Markup.Escape($"{entry.Who,-9} {entry.What}: {entry.Event}")}[/]");
        }

        if (told.Length > MaxTimeline) Line(canvas, $"  [grey]and {told.Length - MaxTimeline} more (see --json)[/]");
        if (told.Length > 0) canvas.WriteLine();
    }

    private static void WriteExpectations(IAnsiConsole canvas, RunReport report)
    {
        foreach (var result in report.Expectations)
        {
            var mark = result.Held ? "[green]✓[/]" : "[red]✗[/]";
            Line(canvas, $"  {mark} {Markup.Escape(result.Expected)}  [grey]{Markup.Escape(result.Actual)}[/]");
        }

        if (report.FirstError is { } error) Line(canvas, $"\n  first error: {Markup.Escape(error)}");
        Line(canvas, report.Passed ? "\n[green]pass[/]" : "\n[red]FAIL[/]");
    }

    private static void Line(IAnsiConsole canvas, string markup) => canvas.MarkupLine(markup);
}
