using System.Globalization;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;
using Spectre.Console;

namespace HA.Core.Sim.Output;

/// <summary>A comparison for people.</summary>
internal static class ComparisonTable
{
    internal static void Write(Terminal terminal, Comparison comparison)
    {
        var canvas = terminal.Canvas();
        canvas.Write(Means(comparison));
        foreach (var metric in comparison.Metrics) canvas.Write(Differences(metric));
        foreach (var line in NotesWithName(comparison)) terminal.Out.WriteLine(line);
    }

    /// <summary>The same as Markdown, for documents.</summary>
    internal static string Markdown(Comparison comparison)
    {
        var lines = new List<string>
        {
            $"| balancer | {string.Join(" | ", comparison.Metrics.Select(static m => m.Title))} |",
            $"|---|{string.Concat(comparison.Metrics.Select(static _ => "---|"))}",
        };
        lines.AddRange(comparison.Balancers.Select((row, i) =>
            $"| `{row.Balancer}` | {string.Join(" | ", comparison.Metrics.Select(m => Cell(m, m.Values[i])))} |"));
        lines.Add("");
        lines.AddRange(NotesWithName(comparison));
        return string.Join('\n', lines);
    }

    /// <summary>A value for people.</summary>
    internal static string Value(MetricUnit unit, double? value) => (unit, value) switch
    {
        (_, null) => "-",
        (MetricUnit.Milliseconds, { } ms) => Figures.Time(ms),
        (_, { } share) => (share * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %",
    };

    private static Table Means(Comparison comparison)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("balancer");
        foreach (var title in (string[])["calls", "failed", "retries", "p50", "p99", "p99.9", "max", "largest share", "smallest"])
            table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        foreach (var row in comparison.Balancers)
        {
            table.AddRow(
                Markup.Escape(row.Balancer), Figures.Number((long)row.Calls), Figures.Number((long)row.Failed), Figures.Number((long)row.Retries),
                Figures.Time(row.P50Ms), Figures.Time(row.P99Ms), Figures.Time(row.P999Ms), Figures.Time(row.MaxMs),
                Figures.Percent(row.LargestShare), Figures.Percent(row.SmallestShare));
        }

        return table;
    }

    private static Table Differences(ComparedMetric metric)
    {
        var table = new Table().Border(TableBorder.None).AddColumn(new TableColumn($"[bold]{Markup.Escape(metric.Title)}[/]").NoWrap());
        foreach (var title in (string[])["mean", "difference"]) table.AddColumn(new TableColumn(title).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("verdict").NoWrap());
        table.AddColumn(new TableColumn(metric.Reference is { } name ? $"against {Markup.Escape(name)}" : "").NoWrap());
        var plot = WhiskerPlot.For(metric);
        foreach (var value in metric.Values)
        {
            var drawn = value is { Difference: { } middle, HalfWidth: { } half } ? plot.Draw(middle, half) : "";
            var colour = Colour(value.Standing);
            table.AddRow(
                new Markup($"  {Markup.Escape(value.Balancer)}"), new Markup(Mean(metric, value)), new Markup(Difference(metric.Unit, value)),
                new Markup($"[{colour}]{Word(metric, value)}[/]"), new Markup($"[{colour}]{Markup.Escape(drawn)}[/]"));
        }

        return table.AddEmptyRow();
    }

    private static IEnumerable<string> NotesWithName(Comparison comparison) =>
        Notes(comparison).Select((note, i) => i == 0 ? $"{comparison.Scenario}: {note}" : note);

    /// <summary>What the figures are of, and how far they can be trusted.</summary>
    internal static IEnumerable<string> Notes(Comparison comparison)
    {
        var last = comparison.FirstSeed + (ulong)(comparison.Seeds - 1);
        if (comparison.Seeds == 1)
        {
            yield return $"the same arrivals, work and faults for all, seed {comparison.FirstSeed}; one seed has no interval: --seeds 10 tells differences from chance";
            yield break;
        }

        yield return $"the same arrivals, work and faults for all, means over {comparison.Seeds} seeds, {comparison.FirstSeed} to {last}";
        yield return FormattableString.Invariant(
            $"all {comparison.Differences} intervals hold at once with 95 % (each with {comparison.Confidence * 100:0.####} %); a tie is a difference that may be none");
        if (comparison.Narrowing is { } narrowing)
        {
            yield return FormattableString.Invariant(
                $"pairing narrowed the interval {narrowing:0.0} x in the middle, {comparison.LeastNarrowing:0.0} x to {comparison.MostNarrowing:0.0} x");
        }
    }

    /// <summary>The mean, or how often there was none.</summary>
    internal static string Mean(ComparedMetric metric, ComparedValue value) =>
        value.Missing > 0 ? $"never, {value.Missing} times" : Value(metric.Unit, value.Mean);

    private static string Cell(ComparedMetric metric, ComparedValue value) => value.Standing switch
    {
        Standing.Reference => $"**{Value(metric.Unit, value.Mean)}**",
        Standing.Tie => $"{Value(metric.Unit, value.Mean)} (tie)",
        Standing.Unknown => Mean(metric, value),
        _ => $"{Value(metric.Unit, value.Mean)} ({Difference(metric.Unit, value)})",
    };

    /// <summary>What it comes to, in a word.</summary>
    internal static string Word(ComparedMetric metric, ComparedValue value) => value.Standing switch
    {
        Standing.Reference => "reference",
        Standing.Unknown => metric.Reference is null || value.Missing > 0 ? "-" : "one seed",
        var standing => standing.ToString().ToLowerInvariant(),
    };

    private static string Colour(Standing standing) => standing switch
    {
        Standing.Reference => "bold",
        Standing.Better => "green",
        Standing.Worse => "red",
        _ => "grey",
    };

    /// <summary>The difference and its interval; nothing if there is none.</summary>
    internal static string Difference(MetricUnit unit, ComparedValue value)
    {
        if (value.Difference is not { } difference) return "";
        var (factor, name) = unit == MetricUnit.Milliseconds ? (1.0, "ms") : (100.0, "points");
        var shown = Signed(difference * factor);
        return value.HalfWidth is { } half ? $"{shown} ± {Plain(half * factor)} {name}" : $"{shown} {name}";
    }

    private static string Signed(double value) => value.ToString(Format(value, "+", "-"), CultureInfo.InvariantCulture);

    private static string Plain(double value) => value.ToString(Format(value, "", ""), CultureInfo.InvariantCulture);

    private static string Format(double value, string plus, string minus)
    {
        var digits = Math.Abs(value) >= 100 ? "0" : Math.Abs(value) >= 1 ? "0.0" : "0.000";
        return $"{plus}{digits};{minus}{digits};0";
    }
}
