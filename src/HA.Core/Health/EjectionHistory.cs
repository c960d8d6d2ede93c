using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>
/// How long the next ejection of an endpoint lasts: it doubles with each, and each doubling is forgiven by as much healthy
/// traffic as the last ejection was long.
/// </summary>
/// <remarks>
/// Time counts only while calls succeed, and a gap between two of them counts as no more than <see cref="LongestGap"/>: an
/// endpoint that nobody calls proves nothing. Changed under the lock of transitions, except for <see cref="Credit"/>.
/// </remarks>
internal sealed class EjectionHistory(TimeProvider time, RandomStream jitter)
{
    /// <summary>Most that one gap between two good calls counts for.</summary>
    internal static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private readonly long _longestGap = time.ToTimestampTicks(LongestGap);
    private long _lastGoodAt;
    private long _goodTicks;
    private long _neededTicks;
    private int _ejections;

    /// <summary>Whether nothing is left to be forgiven.</summary>
    internal bool IsClean => Volatile.Read(ref _ejections) == 0;

    /// <summary>The length of an ejection that begins now.</summary>
    internal TimeSpan Next(TimeSpan period, TimeSpan longest)
    {
        var growth = 1L << Math.Min(_ejections, 20);
        Volatile.Write(ref _ejections, _ejections + 1);
        var length = period < longest / growth ? period * growth : longest;
        Volatile.Write(ref _neededTicks, time.ToTimestampTicks(length));
        // Many clients eject together; they should not all come back together.
        return length + jitter.NextTime(length / 10);
    }

    /// <summary>It is back: what it does from now on counts for it.</summary>
    internal void BeginGoodTime()
    {
        Volatile.Write(ref _goodTicks, 0);
        Volatile.Write(ref _lastGoodAt, time.GetTimestamp());
    }

    /// <summary>A call succeeded. Answers whether that makes enough to be forgiven a doubling.</summary>
    internal bool Credit(long endedAt)
    {
        var gap = endedAt - Interlocked.Exchange(ref _lastGoodAt, endedAt);
        return Interlocked.Add(ref _goodTicks, Math.Clamp(gap, 0, _longestGap)) >= Volatile.Read(ref _neededTicks);
    }

    /// <summary>Takes one doubling back, if enough good time is still there.</summary>
    internal void Forgive()
    {
        if (_ejections == 0 || Volatile.Read(ref _goodTicks) < _neededTicks) return;
        Volatile.Write(ref _goodTicks, 0);
        Volatile.Write(ref _neededTicks, _neededTicks / 2);
        Volatile.Write(ref _ejections, _ejections - 1);
    }

    internal void Clear() => Volatile.Write(ref _ejections, 0);
}
