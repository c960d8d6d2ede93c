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
    private readonly TimeProvider _time;
    private readonly long[] _starts = new long[Parts];
    private readonly long _ticksOfPart;
    private long _latestPart = Never;

    internal GrowthWindow(TimeSpan length, TimeProvider time)
    {
        _time = time;
        _ticksOfPart = Math.Max(1, time.ToTimestampTicks(length) / Parts);
    }

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
            return _latestPart == Never ? 0 : (count - _starts[PlaceOf(_latestPart - Parts + 1)]) & (OutcomeTally.CountLimit - 1);
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
            // The clock itself decides: an outcome that is stamped ahead of it must not stop the window.
            part = Math.Min(part, _time.GetTimestamp() / _ticksOfPart);
            // Who comes late counts for the part that is now.
            if (part <= _latestPart) return;
            for (var begun = Math.Max(_latestPart + 1, part - Parts + 1); begun <= part; begun++) _starts[PlaceOf(begun)] = count;
            Volatile.Write(ref _latestPart, part);
        }
    }

    // The first parts have predecessors below zero.
    private static int PlaceOf(long part) => (int)(((part % Parts) + Parts) % Parts);
}
