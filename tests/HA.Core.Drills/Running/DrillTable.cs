using System.Text;

namespace HA.Core.Drills.Running;

/// <summary>Reports as one table in Markdown, which people can read as it stands.</summary>
internal static class DrillTable
{
    private static readonly string[] Heads = ["registry", "server", "drill", "rounds", "worst", "median", "bound", "verdict", "first round"];

    internal static string Of(IEnumerable<DrillReport> reports)
    {
        string[][] rows = [Heads, .. reports.Select(Cells)];
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var (row, number) in rows.Select(static (row, number) => (row, number)))
        {
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
            if (number == 0) text.Append("| ").AppendJoin(" | ", widths.Select(static width => new string('-', width))).Append(" |\n");
        }

        return text.ToString();
    }

    private static string[] Cells(DrillReport report) =>
    [
        report.Registry, report.Server, report.Drill, $"{report.Rounds}", Seconds(report.Worst), Seconds(report.Median), Seconds(report.Bound),
        report.Held ? "held" : $"{report.Failed} FAILED", string.Join("; ", report.Notes.Where(static n => !n.Contains('\n', StringComparison.Ordinal))),
    ];

    private static string Seconds(TimeSpan? time) => time is { } value ? $"{value.TotalSeconds:0.00} s" : "-";
}
