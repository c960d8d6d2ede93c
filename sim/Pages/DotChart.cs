using HA.Core.Sim.Verification;
using HA.Core.Simulation.Pages;

namespace HA.Core.Sim.Pages;

/// <summary>Several times of each policy as dots in a row, all to one scale of powers of ten.</summary>
internal static class DotChart
{
    // What took less is drawn as if it took so long: on a scale of powers of ten there is no nothing.
    private const double Least = 0.01;
    private const double Width = 1000;

    internal static Html Of(IReadOnlyList<ComparisonRow> rows, IReadOnlyList<(string Name, Func<ComparisonRow, double> Of)> shown)
    {
        var all = rows.SelectMany(r => shown.Select(s => Math.Max(Least, s.Of(r)))).ToArray();
        var axis = Axis.Logarithmic(all.Min(), all.Max(), static v => Amounts.Time(v));
        var (grid, lanes, marks) = (new Html(), new Html(), new Html());
        foreach (var mark in axis.Marks)
        {
            grid.Add($"<path class=\"g\" d=\"M{mark.At * Width} 0V20\"/>");
            marks.Add($"<span{(mark.At > 0.97 ? End : null)} style=\"left:{mark.At * 100}%\">{mark.Text}</span>");
        }

        foreach (var row in rows)
        {
            var dots = new Html();
            for (var i = shown.Count - 1; i >= 0; i--)
                dots.Add($"<path class=\"line dot p{i}\" d=\"M{axis.ShareOf(Math.Max(Least, shown[i].Of(row))) * Width} 10h0\"/>");
            var said = string.Join(", ", shown.Select(s => $"{s.Name} {Amounts.Time(s.Of(row))}"));
            lanes.Add(
                $"""
                 <span class="name">{row.Balancer}</span><div class="plot">{Plot.Svg($"d-{row.Balancer}", row.Balancer, said, Width, 20, 20, Html.Of($"{grid}{dots}"))}</div>

                 """);
        }

        return Html.Of($"<div class=\"grid dots\">{lanes}<div class=\"xs\" aria-hidden=\"true\">{marks}</div></div>\n");
    }

    private static Html End { get; } = Html.Raw(" class=\"end\"");
}
