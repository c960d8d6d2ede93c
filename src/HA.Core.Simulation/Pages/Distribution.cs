using HA.Core.Simulation.History;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.Pages;

/// <summary>How calls were spread: time by percentile, the rare ones given as much room as the many.</summary>
internal static class Distribution
{
    private const int Points = 120;
    private const double Least = 0.1;

    private static readonly double[] Marked = [50, 90, 99, 99.9, 99.99, 99.999];

    internal static Html Of(RunHistory history)
    {
        var all = new LatencyHistogram();
        all.Merge(history.InFaults);
        all.Merge(history.OutsideFaults);
        if (all.Count == 0) return Section.Of("spread", "How calls were spread", "No call was made.", new Html());
        var axis = Axis.Logarithmic(Math.Max(Least, At(all, 0)), Math.Max(Least, At(all, 100)), static v => Amounts.Time(v));
        (string Class, string Name, LatencyHistogram Latencies)[] shown =
        [
            ("p1", history.Faults.Count == 0 ? "all calls" : "begun at other times", history.OutsideFaults),
            ("p3", "begun while a fault lasted", history.InFaults),
        ];
        shown = Array.FindAll(shown, static s => s.Latencies.Count > 0);
        var nines = Math.Max(1, Powers.Of(shown.Max(static s => s.Latencies.Count)));
        var shapes = new Html();
        foreach (var mark in axis.Marks) shapes.Add($"<path class=\"g\" d=\"M0 {100 - (mark.At * 100)}h100\"/>");
        foreach (var (style, _, latencies) in shown) shapes.Add($"<path class=\"line {style}\" d=\"{Curve(latencies, axis, nines)}\"/>");
        var marks = new Html();
        foreach (var percent in Marked.Where(p => NinesOf(p) <= nines))
        {
            var at = NinesOf(percent) / nines;
            var kind = at > 0.95 ? "end" : percent is 50 or 99.99 ? "minor" : "major";
            marks.Add($"<span class=\"{kind}\" style=\"left:{at * 100}%\">{Name(percent)}</span>");
        }

        var labels = new Html();
        foreach (var mark in axis.Marks) labels.Add($"<span style=\"bottom:{mark.At * 100}%\">{mark.Text}</span>");
        var legend = Section.Legend(shown.Select(static s => ($"l {s.Class}", $"{s.Name} ({Amounts.Count(s.Latencies.Count)})")));
        var slowest = $"The slowest call took {Amounts.Time(At(all, 100))}.";
        var svg = Plot.Svg("spread", "Time by percentile", slowest, 100, 100, 220, shapes);
        return Section.Of(
            "spread", "How calls were spread",
            "So many per cent of the calls took this time at most. To the right, each step is ten times rarer: the tail is what "
                + "callers remember.",
            Html.Of(
                $"""
                 {legend}<div class="grid"><div class="ys" style="height:220px">{labels}</div><div class="plot">{svg}</div>
                 <div class="xs" aria-hidden="true">{marks}</div></div>

                 """),
            Section.Table(["percentile", .. shown.Select(static s => s.Name)], Marked.Append(100).Select(p => (IReadOnlyList<string>)
            [
                Name(p), .. shown.Select(s => Amounts.Time(At(s.Latencies, p))),
            ])));
    }

    private static Html Curve(LatencyHistogram latencies, Axis axis, double nines)
    {
        var curve = new Html();
        var end = Powers.Of(latencies.Count);
        for (var i = 0; i <= Points; i++)
        {
            var at = end * i / Points;
            var percent = 100 - (100 * Powers.Ten(-at));
            curve.Add($"{(i == 0 ? "M" : "L")}{at / nines * 100} {100 - (axis.ShareOf(At(latencies, percent)) * 100)}");
        }

        return curve;
    }

    private static double NinesOf(double percent) => -Powers.Of(1 - (percent / 100));

    private static string Name(double percent) => percent == 100 ? "slowest" : $"{Amounts.Plain(percent)} %";

    private static double At(LatencyHistogram latencies, double percent) =>
        new TimeSpan(percent == 0 ? latencies.Min : latencies.Percentile(Math.Clamp(percent, 0, 100))).TotalMilliseconds;
}
