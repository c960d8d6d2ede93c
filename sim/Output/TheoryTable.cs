using System.Globalization;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>The comparison with theory for people.</summary>
internal static class TheoryTable
{
    internal static void Write(Terminal terminal, IReadOnlyList<ExperimentResult> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("experiment", "metric");
        foreach (var title in (string[])["theory", "measured", "95 %", "error", "tolerance", "calls"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("verdict").NoWrap());
        table.Columns[0].NoWrap();
        foreach (var result in results)
        {
            foreach (var value in result.Values)
            {
                table.AddRow(
                    Markup.Escape(result.Name), Markup.Escape(value.Metric), Number(value.Theory, value.Unit), Number(value.Measured, value.Unit),
                    Interval(value), Percent(value.Error), Tolerance(value),
                    Figures.Number(result.Calls), Verdict(value.Verdict));
            }
        }

        terminal.Canvas().Write(table);
    }

    /// <summary>The same as Markdown, for documents.</summary>
    internal static string Markdown(IReadOnlyList<ExperimentResult> results)
    {
        var lines = new List<string>
        {
            "| experiment | metric | theory | measured | 95 % | error | tolerance | calls | verdict |",
            "|---|---|---:|---:|---:|---:|---:|---:|---|",
        };
        foreach (var result in results)
        {
            lines.AddRange(result.Values.Select(value => string.Join(
                " | ", $"| `{result.Name}`", $"`{value.Metric}`", Number(value.Theory, value.Unit), Number(value.Measured, value.Unit),
                Interval(value), Percent(value.Error), Tolerance(value), Figures.Number(result.Calls), $"{Word(value.Verdict)} |")));
        }

        return string.Join('\n', lines);
    }

    /// <summary>What is wrong with one, and how to see it again.</summary>
    internal static void WriteFailure(Terminal terminal, ExperimentResult result)
    {
        foreach (var value in result.Values.Where(static v => !v.IsRight))
            terminal.Out.WriteLine($"{result.Name}: {Explain(value)}");
        foreach (var broken in result.Broken.Take(5)) terminal.Out.WriteLine($"{result.Name}: {broken}");
        terminal.Out.WriteLine($"  replay: {result.Replay}");
    }

    private static string Explain(TheoryRow value) => value.Verdict switch
    {
        TheoryVerdict.HoldsWrongly => $"a control holds: {value.Expected} must be found wrong, and was {Number(value.Measured, value.Unit)}",
        TheoryVerdict.Inconclusive => $"{value.Expected} means nothing yet: the runs differ by ± {Number(value.HalfWidth, value.Unit)}; take more seeds or a longer duration",
        _ => $"expected {value.Expected}, measured {Number(value.Measured, value.Unit)}",
    };

    private static string Verdict(TheoryVerdict verdict)
    {
        var colour = verdict switch
        {
            TheoryVerdict.Match or TheoryVerdict.FailsRightly => "green",
            TheoryVerdict.Inconclusive => "yellow",
            _ => "red",
        };
        return $"[{colour}]{Word(verdict)}[/]";
    }

    private static string Word(TheoryVerdict verdict) => verdict switch
    {
        TheoryVerdict.Match => "match",
        TheoryVerdict.FailsRightly => "fails, as it must",
        TheoryVerdict.Inconclusive => "INCONCLUSIVE",
        TheoryVerdict.HoldsWrongly => "HOLDS, and must not",
        _ => "DIFFERS",
    };

    private static string Interval(TheoryRow value) => value.HalfWidth is { } half ? $"± {Number(half, value.Unit)}" : "-";

    private static string Tolerance(TheoryRow value) => value.Theory == 0
        ? Number(value.Tolerance, value.Unit)
        : (value.Tolerance / value.Theory * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Percent(double? share) =>
        share is { } value ? (value * 100).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Number(double? value, MetricUnit unit) => (value, unit) switch
    {
        (null, _) => "never",
        ({ } ms, MetricUnit.Milliseconds) => Math.Abs(ms) >= 1000 ? Digits(ms / 1000) + " s" : Digits(ms) + " ms",
        ({ } share, MetricUnit.Share) => Digits(share * 100) + " %",
        ({ } number, _) => Digits(number),
    };

    private static string Digits(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
