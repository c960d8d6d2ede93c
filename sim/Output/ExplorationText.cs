using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>What exploring came to, for people.</summary>
internal static class ExplorationText
{
    internal static void Write(Terminal terminal, ExplorationJson result, bool isGated)
    {
        var canvas = terminal.Canvas();
        var table = new Table().Border(TableBorder.Simple).AddColumn("rare state");
        foreach (var title in (string[])["runs", "times"]) table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        foreach (var state in result.RareStates) table.AddRow(Markup.Escape(state.State), Figures.Number(state.Runs), Figures.Number(state.Times));
        canvas.Write(table);
        foreach (var failure in result.Failures) WriteFailure(canvas, failure);
        canvas.MarkupLine(
            $"{result.Seeds} seeds from {result.FirstSeed}{(result.Perturbed ? ", ties shuffled" : "")}: "
            + $"{result.Failures.Length} failures ({result.WallSeconds:0.0} s, {result.SeedsPerSecond:0} seeds/s)");
        if (!isGated || result.NeverOccurred.IsEmpty) return;
        canvas.MarkupLine(
            result.Seeds >= Coverage.EnoughRuns
                ? $"[red]never occurred, so nothing is known of it: {string.Join(", ", result.NeverOccurred)}[/]"
                : $"never occurred in so few runs: {string.Join(", ", result.NeverOccurred)}");
    }

    private static void WriteFailure(IAnsiConsole canvas, FindingJson failure)
    {
        canvas.MarkupLine($"[red]seed {failure.Seed}: {Markup.Escape(failure.Check)}[/]  {Markup.Escape(failure.Law)}");
        canvas.MarkupLine($"  {Markup.Escape(failure.What)}");
        canvas.MarkupLine(
            $"  {failure.FaultsFound} faults and {failure.InstancesFound} instances, shrunk to {failure.Faults} and {failure.Instances} in {failure.Trials} runs");
        foreach (var step in failure.Plan) canvas.MarkupLine($"    {Markup.Escape(step)}");
        if (failure.Test is { } test) canvas.MarkupLine($"  test: {Markup.Escape(test)}");
        canvas.MarkupLine($"  replay: {Markup.Escape(failure.Replay)}");
        canvas.WriteLine();
    }
}
