using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>A lane as a strip of colours: a column that was spent in several states shows each at its share of the height.</summary>
internal static class LaneStrip
{
    private const double Least = 1e-3;

    /// <param name="lane">What it shows.</param>
    /// <param name="columns">Fine columns.</param>
    /// <param name="prefix">Of the classes of its states, which end in their number.</param>
    /// <param name="states">How many there are; the first is not drawn.</param>
    /// <param name="top">Where it begins.</param>
    /// <param name="height">How high it is.</param>
    internal static Html Of(Lane lane, int columns, string prefix, int states, double top, double height)
    {
        var paths = new Html?[states];
        var column = 0;
        while (column < columns)
        {
            var main = lane.MainOf(column);
            var run = column;
            while (run < columns && lane.ShareOf(run, main) >= 1 - Least) run++;
            if (run > column) Draw(main, column, run - column, top, height);
            else DrawMixed(lane, column, states, top, height, Draw);
            column = Math.Max(run, column + 1);
        }

        var strip = new Html();
        for (var state = 1; state < states; state++)
        {
            if (paths[state] is { } path) strip.Add($"<path class=\"{prefix}{state}\" d=\"{path}\"/>");
        }

        return strip;

        void Draw(int state, int x, int width, double y, double h) =>
            (paths[state] ??= new Html()).Add($"M{x} {y}h{width}v{h}h-{width}z");
    }

    /// <summary>Stretches in which one state prevailed: from a column up to, not with, another.</summary>
    internal static IEnumerable<(int State, int From, int To)> Stretches(Lane lane, int columns)
    {
        for (int from = 0, to; from < columns; from = to)
        {
            var state = lane.MainOf(from);
            to = from + 1;
            while (to < columns && lane.MainOf(to) == state) to++;
            yield return (state, from, to);
        }
    }

    private static void DrawMixed(Lane lane, int column, int states, double top, double height, Action<int, int, int, double, double> draw)
    {
        for (var state = 0; state < states; state++)
        {
            var share = lane.ShareOf(column, state);
            if (share < Least) continue;
            draw(state, column, 1, top, share * height);
            top += share * height;
        }
    }
}
