using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>How far a count that somebody else keeps has grown, over a window that slides in ten steps.</summary>
/// <remarks>
/// What is remembered is the count when each tenth of the window began, so a call costs a look at the time and no more. Counts are
/// compared modulo <see cref="OutcomeTally.CountLimit"/>. Safe for concurrent use; locks when a tenth begins, and to be read.
/// </remarks>
internal sealed class GrowthWindow
{
    private const int Parts = 10;
    private const long Never = -1 - Parts;

    private readonly Lock _turn = new();
    private readonly long[] _starts = new long[Parts];
    private readonly long _ticksOfPart;
    private long _latestPart = Never;

    internal GrowthWindow(TimeSpan length, TimeProvider time) => _ticksOfPart = Math.Max(1, time.ToTimestampTicks(length) / Parts);

    /// <summary>It is this moment, and the count is so high, without what ended at this moment.</summary>
    internal void Look(long at, long count)
    {
        // A product is several times cheaper than a quotient, and most calls end in the part in which the one before did.
        if ((ulong)(at - (Volatile.Read(ref _latestPart) * _ticksOfPart)) >= (ulong)_ticksOfPart) BeginPart(at / _ticksOfPart, count);
    }

    /// <summary>How far it has grown in the window that ends at this moment, at which it is so high.</summary>
    internal long Grown(long at, long count)
    {
        Look(at, count);
        lock (_turn)
        {
            if (_latestPart == Never) return 0;
            var oldest = Math.Max(at / _ticksOfPart, _latestPart) - Parts + 1;
            return (count - _starts[PlaceOf(oldest)]) & (OutcomeTally.CountLimit - 1);
        }
    }

    /// <summary>The window is empty from now on.</summary>
    internal void Clear()
    {
        lock (_turn) Volatile.Write(ref _latestPart, Never);
    }

    private void BeginPart(long part, long count)
    {
        lock (_turn)
        {
            // Who comes late counts for the part that is now. If that is later than a window, it was the latest moment that was none.
            if (part <= _latestPart && part > _latestPart - Parts) return;
            var first = part - Parts + 1;
            if (part > _latestPart) first = Math.Max(first, _latestPart + 1);
            for (var begun = first; begun <= part; begun++) _starts[PlaceOf(begun)] = count;
            Volatile.Write(ref _latestPart, part);
        }
    }

    // The first parts have predecessors below zero.
    private static int PlaceOf(long part) => (int)(((part % Parts) + Parts) % Parts);
}
