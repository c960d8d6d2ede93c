using HA.Core.Simulation.History;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Pages;

/// <summary>Instances by time, as colours: where the load went, and where it waited.</summary>
internal static class HeatMaps
{
    private const int MostRows = 60;
    private const int Shades = 9;
    private const double Slow = 0.9;

    internal static Html Load(RunHistory history, ReadOut readOut)
    {
        var shown = Lanes.Shown(history.Instances, MostRows, static i => i.IsRemarkable);
        double RateOf(InstanceHistory i, int column) => i.Attempts[column] / history.Columns.LengthOf(column);
        var all = Values(history, shown, (i, c) => RateOf(i, c));
        var most = all.Length == 0 ? 1 : all[^1];
        readOut.Add("load", c => Spread(shown, i => RateOf(i, c), Amounts.Rate));
        return Of(
            history, shown, "load", "load", "Where the load went",
            "Attempts per second that each instance got. A gap is an instance that nobody called; a stripe that stands out carried "
                + "more than its peers, or less.",
            (i, c) => i.Attempts[c] == 0 ? null : ShadeOf(RateOf(i, c) / most),
            [.. Enumerable.Range(1, Shades).Select(s => Amounts.Rate(most * s / Shades))],
            (i, from, to, seconds) => Amounts.Rate(TimeTable.Sum(i.Attempts, from, to) / seconds));
    }

    internal static Html Latency(RunHistory history, ReadOut readOut)
    {
        var shown = Lanes.Shown(history.Instances.FindAll(static i => !i.IsBehind), MostRows, static i => i.IsRemarkable);
        static double? SlowestOf(InstanceHistory i, int column) => i.Latencies.Quantile(column, Slow);
        var all = Values(history, shown, SlowestOf);
        // A few attempts that were refused at once must not use up the scale.
        var least = StableMath.Log(all.Length == 0 ? 1 : all[all.Length / 20]);
        var range = Math.Max(StableMath.Log(2), StableMath.Log(all.Length == 0 ? 1 : all[^1]) - least);
        readOut.Add("wait", c => Spread(shown, i => SlowestOf(i, c), static v => Amounts.Time(v)));
        return Of(
            history, shown, "wait", "wait", "Where it waited",
            "Time that 90 % of the attempts at each instance took at most, each shade so many times the one before. It is known to 12 %.",
            (i, c) => SlowestOf(i, c) is { } ms ? ShadeOf((StableMath.Log(ms) - least) / range) : null,
            [.. Enumerable.Range(1, Shades).Select(s => Amounts.Time(StableMath.Exp(least + (range * s / Shades))))],
            (i, from, to, _) => Amounts.Time(Enumerable.Range(from, to - from).Max(c => SlowestOf(i, c))));
    }

    private static Html Of(
        RunHistory history, IReadOnlyList<InstanceHistory> shown, string id, string ramp, string heading, string lead,
        Func<InstanceHistory, int, int?> shadeOf, string[] scale, Func<InstanceHistory, int, int, double, string> cell)
    {
        var columns = history.Columns.CoarseCount;
        var names = new Html();
        foreach (var instance in shown) names.Add($"<span title=\"{instance.Id}\">{instance.Id}</span>");
        var height = shown.Count > 16 ? 11 : 20;
        var svg = Plot.Svg(
            id, heading, $"{lead} {shown.Count} instances; the table below has the figures.", columns, shown.Count, shown.Count * height,
            Cells(shown, columns, shadeOf));
        return Section.Of(
            id, heading, lead + Lanes.NotShown(history, shown),
            Html.Of(
                $"""
                 {Scale(ramp, scale)}<div class="grid"><div class="names{(height < 20 ? " small" : "")}">{names}</div>
                 <div class="plot {ramp}" data-fig="{id}" tabindex="0" role="group" aria-label="{heading}; {Plot.HowToRead}">{svg}</div>
                 {Plot.TimeMarks(history)}</div>

                 """),
            TimeTable.Of(
                history, shown.Select(static i => i.Id), (from, to, seconds) => shown.Select(i => cell(i, from, to, seconds))));
    }

    private static Html Cells(IReadOnlyList<InstanceHistory> shown, int columns, Func<InstanceHistory, int, int?> shadeOf)
    {
        var paths = new Html?[Shades];
        for (var row = 0; row < shown.Count; row++)
        {
            for (int from = 0, to; from < columns; from = to)
            {
                var shade = shadeOf(shown[row], from);
                to = from + 1;
                while (to < columns && shadeOf(shown[row], to) == shade) to++;
                if (shade is { } s) (paths[s] ??= new Html()).Add($"M{from} {row}h{to - from}v1h-{to - from}z");
            }
        }

        var cells = new Html();
        for (var shade = 0; shade < Shades; shade++)
        {
            if (paths[shade] is { } path) cells.Add($"<path class=\"q{shade}\" d=\"{path}\"/>");
        }

        return cells;
    }

    private static Html Scale(string ramp, string[] texts)
    {
        var blocks = new Html();
        for (var shade = 0; shade < Shades; shade++) blocks.Add($"<li><i class=\"q{shade}\"></i>{texts[shade]}</li>");
        return Html.Of($"<ol class=\"scale {ramp}\" aria-label=\"up to\">{blocks}</ol>\n");
    }

    private static int ShadeOf(double share) => Math.Clamp((int)Math.Ceiling(share * Shades) - 1, 0, Shades - 1);

    private static double[] Values(RunHistory history, IReadOnlyList<InstanceHistory> shown, Func<InstanceHistory, int, double?> of) =>
    [
        .. shown.SelectMany(i => Enumerable.Range(0, history.Columns.CoarseCount).Select(c => of(i, c)))
            .OfType<double>().Where(static v => v > 0).Order(),
    ];

    // The least and the most in a column, by name: what somebody wants to know who points at a stripe.
    private static string Spread(IReadOnlyList<InstanceHistory> shown, Func<InstanceHistory, double?> of, Func<double, string> text)
    {
        var known = shown.Where(i => of(i) is not null).OrderBy(i => of(i)).ToArray();
        return known.Length == 0
            ? "no attempts"
            : $"least {text(of(known[0])!.Value)} ({known[0].Id}), most {text(of(known[^1])!.Value)} ({known[^1].Id})";
    }
}
