using System.Numerics;

namespace HA.Core.Simulation.Statistics;

/// <summary>Counts latencies so that any percentile can be read afterwards, with an error of at most 0.39 %.</summary>
/// <remarks>
/// Log-linear buckets (as in HdrHistogram, Tene 2012): each power of two is cut into 128 equal parts, and values below
/// 256 ticks are exact. A bucket is at most 1/128 of its values wide and reports its middle, so the error is at most
/// 1/256. Merging is addition of integers: exact, in any order. Takes 57 KiB. Not safe for concurrent use.
/// </remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int Buckets = (63 - SubBits + 1) << SubBits;

    private readonly long[] _counts = new long[Buckets];
    private Int128 _sum;
    private long _min = long.MaxValue;

    /// <summary>How many values were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The largest value in ticks, exact; 0 if there is none.</summary>
    public long Max { get; private set; }

    /// <summary>The smallest value in ticks, exact; 0 if there is none.</summary>
    public long Min => Count == 0 ? 0 : _min;

    /// <summary>The mean in ticks, from an exact sum; 0 if there is none.</summary>
    public double Mean => Count == 0 ? 0 : (double)_sum / Count;

    /// <summary>Records a value in ticks.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Record(long ticks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ticks);
        _counts[BucketOf(ticks)]++;
        _sum += ticks;
        Count++;
        if (ticks > Max) Max = ticks;
        if (ticks < _min) _min = ticks;
    }

    /// <summary>Records a value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Record(TimeSpan value) => Record(value.Ticks);

    /// <summary>Adds everything that <paramref name="other"/> has counted.</summary>
    public void Merge(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var i = 0; i < Buckets; i++) _counts[i] += other._counts[i];
        _sum += other._sum;
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
        _min = Math.Min(_min, other._min);
    }

    /// <summary>
    /// The value in ticks that <paramref name="percent"/> of all values do not exceed (nearest rank).
    /// </summary>
    /// <param name="percent">0 to 100, such as 99.9.</param>
    /// <returns>At most 0.39 % off; 0 if there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="percent"/> is not from 0 to 100.</exception>
    public long Percentile(double percent)
    {
        if (!(percent is >= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile is from 0 to 100.");
        if (Count == 0) return 0;

        // 99.9 has no exact double; without the nudge its rank among 1 000 could become 1 000 instead of 999.
        var rank = Math.Max(1, (long)Math.Ceiling(percent * Count / 100 * (1 - 1e-14)));
        long seen = 0;
        for (var i = 0; i < Buckets; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return Math.Clamp(MiddleOf(i), _min, Max);
        }

        return Max;
    }

    /// <summary>How many values are at most so many ticks; those that share a bucket with the limit count in proportion.</summary>
    public long CountUpTo(long ticks)
    {
        if (ticks < 0) return 0;
        if (ticks >= Max) return Count;
        var last = BucketOf(ticks);
        long below = 0;
        for (var i = 0; i < last; i++) below += _counts[i];
        var shift = Math.Max(0, (last >> SubBits) - 1);
        var low = (long)(last - (shift << SubBits)) << shift;
        return below + (long)((double)_counts[last] * (ticks - low + 1) / (1L << shift));
    }

    private static int BucketOf(long ticks)
    {
        var shift = Math.Max(0, 63 - SubBits - BitOperations.LeadingZeroCount((ulong)ticks));
        return (shift << SubBits) + (int)(ticks >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> SubBits) - 1);
        var low = (long)(bucket - (shift << SubBits)) << shift;
        return low + ((1L << shift) >> 1);
    }
}
