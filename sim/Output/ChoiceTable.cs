using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>Which policy when: a row for each situation, a column for each policy.</summary>
internal static class ChoiceTable
{
    internal static void Write(Terminal terminal, IReadOnlyList<Choice> choices)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("situation");
        foreach (var row in choices[0].Comparison.Balancers) table.AddColumn(new TableColumn(Markup.Escape(row.Balancer)).RightAligned());
        foreach (var choice in choices)
        {
            var cells = choice.Comparison.Balancers.Select((row, i) =>
                choice.Best.Contains(row.Balancer) ? $"[bold green]{Cell(choice, i)} ✓[/]" : Cell(choice, i));
            table.AddRow([Markup.Escape(choice.Situation.Title), .. cells]);
        }

        terminal.Canvas().Write(table);
        terminal.Out.WriteLine(Note(choices, "✓"));
    }

    /// <summary>The same as Markdown, for documents.</summary>
    internal static string Markdown(IReadOnlyList<Choice> choices)
    {
        var names = choices[0].Comparison.Balancers.Select(static r => r.Balancer).ToArray();
        var lines = new List<string>
        {
            $"| situation | {string.Join(" | ", names)} |",
            $"|---|{string.Concat(names.Select(static _ => "---:|"))}",
        };
        foreach (var choice in choices)
        {
            var cells = names.Select((name, i) => choice.Best.Contains(name) ? $"**{Cell(choice, i)}**" : Cell(choice, i));
            lines.Add($"| {choice.Situation.Title} | {string.Join(" | ", cells)} |");
        }

        lines.Add("");
        lines.Add(Note(choices, "Bold"));
        return string.Join('\n', lines);
    }

    // Success is said only where calls failed.
    private static string Cell(Choice choice, int balancer)
    {
        var success = Value(choice, "successRate", balancer);
        var p99 = ComparisonTable.Value(MetricUnit.Milliseconds, Value(choice, "p99", balancer));
        return success < 1 ? FormattableString.Invariant($"{p99}, {(1 - success) * 100:0.###} % fail") : p99;
    }

    private static double? Value(Choice choice, string metric, int balancer) =>
        choice.Comparison.Metrics.Single(m => m.Metric == metric).Values[balancer].Mean;

    private static string Note(IReadOnlyList<Choice> choices, string mark)
    {
        var comparison = choices[0].Comparison;
        return $"p99, and the share of calls that failed if any did; means over {comparison.Seeds} seeds from {comparison.FirstSeed}. {mark}: nobody "
            + "is better, first in success, then in p99; whoever ties with the best counts as best.";
    }
}
