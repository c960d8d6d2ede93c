using System.Numerics;

namespace HA.Core.Simulation.History;

/// <summary>Latencies of one instance in each coarse column, to within 12 %: enough for a colour, at a hundredth of the memory.</summary>
internal sealed class LatencyGrid(int columns)
{
    // Four buckets to a power of two, from 0.1 ms to nearly two minutes.
    private const int FirstPower = 10;
    private const int Powers = 20;
    private const int Buckets = Powers * 4;

    private readonly int[] _counts = new int[columns * Buckets];

    internal void Record(int column, long ticks) => _counts[(column * Buckets) + BucketOf(ticks)]++;

    /// <summary>Milliseconds that this share of the column's attempts needed at most; null if there were none.</summary>
    internal double? Quantile(int column, double share)
    {
        var of = _counts.AsSpan(column * Buckets, Buckets);
        long sum = 0;
        foreach (var count in of) sum += count;
        if (sum == 0) return null;
        var rank = Math.Max(1, (long)Math.Ceiling(sum * share));
        var bucket = 0;
        for (long seen = of[0]; seen < rank; seen += of[bucket]) bucket++;
        return (double)MiddleOf(bucket) / TimeSpan.TicksPerMillisecond;
    }

    private static int BucketOf(long ticks)
    {
        if (ticks < 1L << FirstPower) return 0;
        var power = BitOperations.Log2((ulong)ticks);
        return Math.Min(Buckets - 1, ((power - FirstPower) << 2) + (int)((ticks >> (power - 2)) & 3));
    }

    private static long MiddleOf(int bucket)
    {
        var power = FirstPower + (bucket >> 2);
        return ((4L + (bucket & 3)) << (power - 2)) + (1L << (power - 3));
    }
}
