using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>A kind of what is counted in a stack.</summary>
/// <param name="Class">Its colour.</param>
/// <param name="Name">What it is.</param>
/// <param name="Counts">How often, in each coarse column.</param>
internal sealed record Layer(string Class, string Name, int[] Counts)
{
    internal long Sum => Counts.Sum(static c => (long)c);
}

/// <summary>Rates of several kinds on top of each other.</summary>
internal static class Stack
{
    internal static Html Of(RunHistory history, string id, string title, int height, IReadOnlyList<Layer> layers)
    {
        var columns = history.Columns;
        double RateOf(Layer layer, int column) => layer.Counts[column] / columns.LengthOf(column);
        var axis = Axis.Linear(Enumerable.Range(0, columns.CoarseCount).Max(c => layers.Sum(l => RateOf(l, c))), Amounts.Rate);
        var below = new double[columns.CoarseCount];
        var shapes = new Html();
        foreach (var layer in layers)
        {
            var path = new Html();
            for (var column = 0; column < below.Length; column++)
            {
                var share = axis.ShareOf(RateOf(layer, column)) * 100;
                below[column] += share;
                if (share > 0) path.Add($"M{column} {100 - below[column]}h1v{share}h-1z");
            }

            shapes.Add($"<path class=\"{layer.Class}\" d=\"{path}\"/>");
        }

        var said = string.Join(", ", layers.Select(static l => $"{l.Name}: {Amounts.Count(l.Sum)}")) + ".";
        return Plot.OverTime(history, id, title, said, height, axis.Marks, shapes);
    }

    /// <summary>What a stack shows in a column.</summary>
    internal static string Told(RunHistory history, IReadOnlyList<Layer> layers, int column) => string.Join(
        " · ", layers.Where(l => l.Counts[column] > 0)
            .Select(l => $"{l.Name} {Amounts.Rate(l.Counts[column] / history.Columns.LengthOf(column))}")
            .DefaultIfEmpty("none"));

    internal static Html Legend(IEnumerable<Layer> layers) =>
        Section.Legend(layers.Select(static l => (l.Class, $"{l.Name} ({Amounts.Count(l.Sum)})")));

    internal static Html Table(RunHistory history, IReadOnlyList<Layer> layers) => TimeTable.Of(
        history, layers.Select(static l => l.Name),
        (from, to, _) => layers.Select(l => Amounts.Count(TimeTable.Sum(l.Counts, from, to))));
}
