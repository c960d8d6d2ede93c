using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>The coarse columns as rows of a table, some of them taken together so that it stays short.</summary>
internal static class TimeTable
{
    private const int MostRows = 20;

    /// <param name="history">Whose columns.</param>
    /// <param name="heads">What is in the cells, without the time.</param>
    /// <param name="cells">The cells of the columns from the first up to, not with, the second, which take so many seconds.</param>
    internal static Html Of(RunHistory history, IEnumerable<string> heads, Func<int, int, double, IEnumerable<string>> cells)
    {
        var columns = history.Columns;
        var together = (columns.CoarseCount + MostRows - 1) / MostRows;
        var rows = new List<IReadOnlyList<string>>();
        for (var from = 0; from < columns.CoarseCount; from += together)
        {
            var to = Math.Min(columns.CoarseCount, from + together);
            var seconds = Enumerable.Range(from, to - from).Sum(columns.LengthOf);
            rows.Add([Amounts.Moment(columns.StartOf(from)), .. cells(from, to, seconds)]);
        }

        return Section.Table(["from", .. heads], rows);
    }

    /// <summary>Sum over columns.</summary>
    internal static long Sum(int[] counts, int from, int to)
    {
        long sum = 0;
        for (var i = from; i < to; i++) sum += counts[i];
        return sum;
    }
}
