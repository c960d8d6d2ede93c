using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>When anything was wrong, as shares of the time, without overlaps.</summary>
internal static class FaultTimes
{
    internal static IReadOnlyList<(double From, double To)> Of(RunHistory history)
    {
        var columns = history.Columns;
        var times = new List<(double From, double To)>();
        foreach (var span in history.Faults.OrderBy(static f => f.From))
        {
            var (from, to) = (columns.ShareOf(span.From), columns.ShareOf(span.To ?? columns.End));
            if (times.Count > 0 && from <= times[^1].To) times[^1] = (times[^1].From, Math.Max(to, times[^1].To));
            else times.Add((from, to));
        }

        return times;
    }
}
