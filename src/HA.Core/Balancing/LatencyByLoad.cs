using System.Numerics;

namespace HA.Core.Balancing;

/// <summary>The latest latencies of requests, apart by how many others they met: 16 of each number, coarser above 15.</summary>
/// <remarks>Safe for concurrent use. A reader may see one latency of another moment than its neighbours.</remarks>
internal sealed class LatencyByLoad
{
    private const int Exact = 16;
    private const int Kept = 16;
    private const int Groups = Exact + 28;

    private readonly long[] _ticks = new long[Groups * Kept];
    private readonly int[] _counts = new int[Groups];

    /// <summary>A request that met so many took so long.</summary>
    internal void Record(int inFlight, TimeSpan latency)
    {
        var group = GroupOf(inFlight);
        var at = (Interlocked.Increment(ref _counts[group]) - 1) & (Kept - 1);
        Volatile.Write(ref _ticks[(group * Kept) + at], Math.Max(1, latency.Ticks));
    }

    /// <summary>The median of those that met so many, or of those that met the next nearest number; zero if there are none.</summary>
    internal TimeSpan Estimate(int inFlight)
    {
        var group = GroupOf(inFlight);
        for (var distance = 0; distance < Groups; distance++)
        {
            // A lower number first: what it says is at least not too pessimistic about an idle server.
            if (group - distance >= 0 && Has(group - distance)) return Median(group - distance);
            if (group + distance < Groups && Has(group + distance)) return Median(group + distance);
        }

        return TimeSpan.Zero;
    }

    private bool Has(int group) => Volatile.Read(ref _counts[group]) != 0;

    private TimeSpan Median(int group)
    {
        Span<long> sorted = stackalloc long[Kept];
        var count = 0;
        for (var i = 0; i < Kept; i++)
        {
            if (Volatile.Read(ref _ticks[(group * Kept) + i]) is > 0 and var ticks) sorted[count++] = ticks;
        }

        sorted = sorted[..count];
        sorted.Sort();
        return count == 0 ? TimeSpan.Zero : new TimeSpan(sorted[count / 2]);
    }

    private static int GroupOf(int inFlight) =>
        inFlight < Exact ? Math.Max(0, inFlight) : Exact + BitOperations.Log2((uint)inFlight) - 4;
}
