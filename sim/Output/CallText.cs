using System.Globalization;
using HA.Core.Simulation.Inspection;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>The account of one call for people.</summary>
internal static class CallText
{
    private const int MaxCandidates = 20;

    internal static void Write(Terminal terminal, CallAccount account, string scenario, ulong seed)
    {
        var canvas = terminal.Canvas();
        Line(canvas, $"[bold]{Markup.Escape(scenario)}[/], seed {seed}: call {account.Call} of {account.Client}, {Markup.Escape(account.Balancer)}");
        var twice = account.IsIdempotent ? "it may be sent twice" : "it must not be sent twice";
        Line(canvas, FormattableString.Invariant($"began at {account.BeganAtSeconds:0.######} s; {twice}"));
        foreach (var attempt in account.Attempts) Write(canvas, attempt);
        if (!account.PicksWithoutAttempt.IsEmpty)
        {
            Line(canvas, "\n[bold]picked without an attempt[/]");
            foreach (var pick in account.PicksWithoutAttempt) Write(canvas, pick);
        }

        if (!account.Meanwhile.IsEmpty) Line(canvas, "\n[bold]meanwhile[/]");
        foreach (var entry in account.Meanwhile)
            Line(canvas, Markup.Escape(FormattableString.Invariant($"  +{(entry.AtSeconds - account.BeganAtSeconds) * 1000:0.###} ms  {entry.What}: {entry.Event}")));
        var end = account.IsSuccess ? "[green]a good answer[/]" : $"[red]failed[/]: {Markup.Escape(account.Error ?? "")}";
        Line(canvas, $"\n{Figures.Time(account.TookMs)} after it began: {end}");
    }

    private static void Write(IAnsiConsole canvas, AttemptAccount attempt)
    {
        Line(canvas, FormattableString.Invariant($"\n[bold]attempt {attempt.Number}[/] after {attempt.AfterMs:0.###} ms, to {Markup.Escape(attempt.Instance ?? "an address where nobody is")}"));
        foreach (var pick in attempt.Picks) Write(canvas, pick);
        if (attempt.Picks is [.., { Chosen: { } chosen }] && chosen != attempt.Instance)
            Line(canvas, $"  the policy named only instances that were tried before, or take no call now: {Markup.Escape(attempt.Instance ?? "")} is the next in order");
        if (attempt.ArrivedAfterMs is { } arrived)
            Line(canvas, FormattableString.Invariant($"  arrived after {arrived:0.###} ms; {attempt.Ahead} calls were there"));
        else Line(canvas, "  never reached a process that works");
        Line(canvas, attempt switch
        {
            { Outcome: null } => "  another call began there at the same instant: what became of this one cannot be told apart",
            { TookMs: null } => "  its client did not hear of it any more",
            _ => $"  its client knew {Figures.Time(attempt.TookMs)} after it began: {attempt.Outcome}",
        });
    }

    private static void Write(IAnsiConsole canvas, PickAccount pick)
    {
        var panic = pick.IsPanic ? ", in panic" : "";
        Line(canvas, $"  {pick.Candidates.Length} of {pick.Known} known instances might be picked{panic}");
        var table = new Table().Border(TableBorder.None).AddColumns("", "instance", "health");
        foreach (var title in (string[])["in flight", "latency", "success", "failures", "score", "in truth", "calls there"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        // The ones that were compared are shown whatever the number.
        foreach (var candidate in pick.Candidates.Where((c, i) => i < MaxCandidates || c.Id == pick.Chosen || pick.Drawn.Contains(c.Id)))
        {
            var mark = candidate.Id == pick.Chosen ? "  [green]→[/]" : pick.Drawn.Contains(candidate.Id) ? "  ·" : "";
            table.AddRow(
                mark, Markup.Escape(candidate.Id), candidate.Health, Number(candidate.InFlight), Figures.Time(candidate.LatencyMs),
                Figures.Percent(candidate.SuccessShare), Number(candidate.FailuresInARow),
                candidate.Score?.ToString("0.###", CultureInfo.InvariantCulture) ?? "-", candidate.Truth, Number(candidate.CallsThere));
        }

        canvas.Write(table);
        if (pick.Candidates.Length > MaxCandidates) Line(canvas, $"  [grey]{MaxCandidates} of {pick.Candidates.Length} shown, and those that were compared (see --json)[/]");
        Line(canvas, $"  {Reason(pick)}");
    }

    private static string Reason(PickAccount pick) => pick switch
    {
        { Chosen: null } => "nobody may be picked",
        { Drawn: [var first, var second] } => $"drew {first} and {second}, and took {pick.Chosen}",
        _ => $"took {pick.Chosen}",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Line(IAnsiConsole canvas, string markup) => canvas.MarkupLine(markup);
}
