using System.Numerics;
using HA.Core.Time;

namespace HA.Core.Calls;

/// <summary>A quantile of the latencies of the last few seconds, kept up to date while calls are made.</summary>
/// <remarks>
/// A histogram with sixteen steps for each doubling, so exact to a sixteenth (HdrHistogram's scheme). Once a second, and not
/// before enough calls were seen, what was counted is added to a quarter of what was there before: after a change the old
/// latencies make up less than a twentieth within three seconds. Allocates nothing; recording is one increment. Safe for
/// concurrent use.
/// </remarks>
internal sealed class LatencyQuantile
{
    internal const int LeastSamples = 50;

    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;
    // Up to 2^40 ticks, some thirty hours.
    private const int Buckets = (40 - StepBits + 1) * Steps;

    private readonly TimeProvider _time;
    private readonly double _quantile;
    private readonly long _interval;
    private readonly int[] _counts = new int[Buckets];
    private readonly double[] _weights = new double[Buckets];
    private long _nextTurn;
    private int _isTurning;
    private long _ticks;

    internal LatencyQuantile(TimeProvider time, double quantile)
    {
        _time = time;
        _quantile = quantile;
        _interval = time.ToTimestampTicks(TimeSpan.FromSeconds(1));
        _nextTurn = time.GetTimestamp() + _interval;
    }

    /// <summary>The quantile, or null while too little is known.</summary>
    internal TimeSpan? Value => Volatile.Read(ref _ticks) is > 0 and var ticks ? new TimeSpan(ticks) : null;

    internal void Record(TimeSpan latency, long now)
    {
        Interlocked.Increment(ref _counts[BucketOf(latency.Ticks)]);
        if (now >= Volatile.Read(ref _nextTurn) && Interlocked.Exchange(ref _isTurning, 1) == 0) Turn(now);
    }

    private void Turn(long now)
    {
        long seen = 0;
        foreach (ref var count in _counts.AsSpan()) seen += Volatile.Read(ref count);
        if (seen >= LeastSamples) Publish();
        Volatile.Write(ref _nextTurn, now + _interval);
        Volatile.Write(ref _isTurning, 0);
    }

    private void Publish()
    {
        double sum = 0;
        for (var i = 0; i < Buckets; i++)
        {
            _weights[i] = (_weights[i] / 4) + Interlocked.Exchange(ref _counts[i], 0);
            sum += _weights[i];
        }

        var left = sum * _quantile;
        var bucket = 0;
        while (bucket < Buckets - 1 && left > _weights[bucket]) left -= _weights[bucket++];
        Volatile.Write(ref _ticks, UpperEnd(bucket));
    }

    private static int BucketOf(long ticks)
    {
        if (ticks < Steps) return (int)Math.Max(ticks, 0);
        var doubling = BitOperations.Log2((ulong)ticks) - StepBits;
        return Math.Min(((doubling + 1) << StepBits) + (int)((ticks >> doubling) & (Steps - 1)), Buckets - 1);
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < Steps) return bucket + 1;
        var doubling = (bucket >> StepBits) - 1;
        return (long)(Steps + (bucket & (Steps - 1)) + 1) << doubling;
    }
}
