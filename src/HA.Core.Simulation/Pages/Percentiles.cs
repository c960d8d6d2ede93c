using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>How long calls took over time: four percentiles on a scale of powers of ten.</summary>
internal static class Percentiles
{
    // What took less is drawn as if it took so long: on a scale of powers of ten there is no nothing.
    private const double Least = 0.1;

    private static readonly (double Percent, string Name)[] Shown = [(50, "p50"), (90, "p90"), (99, "p99"), (99.9, "p99.9")];

    internal static Html Of(RunHistory history, ReadOut readOut)
    {
        var columns = history.Columns.CoarseCount;
        double? At(int column, double percent) => history.Calls.Latencies[column] is { } latencies
            ? Math.Max(Least, new TimeSpan(latencies.Percentile(percent)).TotalMilliseconds)
            : null;
        var all = Enumerable.Range(0, columns).SelectMany(c => Shown.Select(s => At(c, s.Percent))).OfType<double>().ToArray();
        if (all.Length == 0) return Section.Of("time", "How long calls took", "No call was made.", new Html());
        var axis = Axis.Logarithmic(all.Min(), all.Max(), static v => Amounts.Time(v));
        var lines = new Html();
        for (var i = Shown.Length - 1; i >= 0; i--)
        {
            var percent = Shown[i].Percent;
            var line = Line(columns, c => At(c, percent) is { } ms ? axis.ShareOf(ms) : null);
            lines.Add($"<path class=\"line p{i}\" d=\"{line}\"/>");
        }

        var said = $"From {Amounts.Time(all.Min())} to {Amounts.Time(all.Max())}.";
        var plot = Plot.OverTime(history, "time", "Percentiles of the time of calls", said, 220, axis.Marks, lines);
        readOut.Add("time", c => string.Join(" · ", Shown.Select(s => $"{s.Name} {Amounts.Time(At(c, s.Percent))}")));
        return Section.Of(
            "time", "How long calls took",
            $"By when they began, each point {Amounts.Time(new TimeSpan(history.Columns.CoarseWidth))} of calls: failed ones too, but for "
                + "those that the client refused at once. Of fewer than 1000 calls, p99.9 is the slowest one.",
            Html.Of($"{Section.Legend(Shown.Select(static (s, i) => ($"l p{i}", s.Name)))}{plot}"),
            TimeTable.Of(history, Shown.Select(static s => s.Name), (from, to, _) =>
            {
                var merged = new Statistics.LatencyHistogram();
                foreach (var latencies in history.Calls.Latencies.AsSpan(from, to - from))
                {
                    if (latencies is not null) merged.Merge(latencies);
                }

                return Shown.Select(s => merged.Count == 0 ? "–" : Amounts.Time(new TimeSpan(merged.Percentile(s.Percent))));
            }));
    }

    /// <summary>A line through the middles of columns, broken where there is nothing.</summary>
    internal static Html Line(int columns, Func<int, double?> shareOf)
    {
        var line = new Html();
        var isDrawing = false;
        for (var column = 0; column < columns; column++)
        {
            // A point that stands alone is a line of no length, which round caps make visible.
            if (shareOf(column) is { } share)
                line.Add($"{(isDrawing ? "L" : "M")}{column + 0.5} {100 - (share * 100)}{(isDrawing ? "" : "h0")}");
            isDrawing = shareOf(column) is not null;
        }

        return line;
    }
}
