using HA.Core.Sim.Tuning;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>What a search came to: a stable format.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="FirstSeed">The first of the seeds, which follow one another.</param>
/// <param name="Seeds">How many, for each choice.</param>
/// <param name="Targets">What had to hold.</param>
/// <param name="Costs">Names of the metrics that are looked at beside.</param>
/// <param name="Tries">Every choice that was run, the best first.</param>
internal sealed record TuningJson(string Scenario, ulong FirstSeed, int Seeds, string[] Targets, string[] Costs, Tuned[] Tries);

/// <summary>The choices that nothing beats, for people.</summary>
internal static class TuningTable
{
    internal static void Write(Terminal terminal, TuningSearch search, Tuned[] tries)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var title in Titles(search)) table.AddColumn(new TableColumn(Markup.Escape(title)).NoWrap());
        foreach (var tuned in Shown(tries)) table.AddRow([.. Cells(search, tuned).Select(Markup.Escape)]);
        terminal.Canvas().Write(table);
        terminal.Out.WriteLine(Note(search, tries));
    }

    /// <summary>The same as Markdown, for documents.</summary>
    internal static string Markdown(TuningSearch search, Tuned[] tries)
    {
        var lines = new List<string> { Row(Titles(search)), Row(Titles(search).Select(static _ => "---")) };
        lines.AddRange(Shown(tries).Select(t => Row(Cells(search, t))));
        lines.AddRange(["", Note(search, tries)]);
        return string.Join('\n', lines);
    }

    private static IEnumerable<Tuned> Shown(Tuned[] tries) => tries.Where(static t => t.IsBest);

    private static string[] Titles(TuningSearch search) =>
        [.. search.Knobs.Select(static k => k.Path), "target", .. search.Targets.Select(static t => t.Metric.Name), .. TuningCosts.All.Select(static m => m.Name)];

    private static string[] Cells(TuningSearch search, Tuned tuned) =>
    [
        .. tuned.Settings.Select(static s => s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..]),
        tuned.Meets ? $"met, in {tuned.MetIn} of {search.Seeds} seeds" : "missed",
        .. search.Targets.Select((t, i) => Value(t.Metric, tuned.Targets[i])),
        .. TuningCosts.All.Select((m, i) => Value(m, tuned.Costs[i])),
    ];

    private static string Note(TuningSearch search, Tuned[] tries)
    {
        var what = string.Join(", ", search.Targets.Select(static t => t.Text));
        return $"{tries.Length} choices tried with {search.Seeds} seeds each, {tries.Count(static t => t.Meets)} meet {what}; shown are those that none of the others "
            + "beats: as near to the target, and cheaper in p99 or attempts for each call";
    }

    private static string Value(Metric metric, double? value) => value is { } number ? metric.Format(Math.Round(number, 6)) : "never";

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
