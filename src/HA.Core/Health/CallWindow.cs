using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>The bad calls of an endpoint, beside those that somebody else counts, over a window that slides in ten steps.</summary>
/// <remarks>
/// What is remembered is how far both counts were when each tenth of the window began, so a call that is not bad costs a look at the
/// time and no more. The others' count is compared modulo <see cref="OutcomeTally.CountLimit"/>. Safe for concurrent use; locks for
/// a bad call, and when a tenth begins.
/// </remarks>
internal sealed class CallWindow
{
    private const int Parts = 10;
    private const long Never = -1 - Parts;

    private readonly Lock _turn = new();
    private readonly TimeProvider _time;
    private readonly (long Others, long Bad)[] _starts = new (long, long)[Parts];
    private readonly long _ticksOfPart;
    private long _latestPart = Never;
    private long _bad;

    internal CallWindow(TimeSpan length, TimeProvider time)
    {
        _time = time;
        _ticksOfPart = Math.Max(1, time.ToTimestampTicks(length) / Parts);
    }

    /// <summary>It is this moment, and the others are so many, without what ended at this moment.</summary>
    internal void Look(long at, long others)
    {
        // A product is several times cheaper than a quotient, and most calls end in the part in which the one before did.
        if ((ulong)(at - (Volatile.Read(ref _latestPart) * _ticksOfPart)) >= (ulong)_ticksOfPart) BeginPart(at / _ticksOfPart, others);
    }

    /// <summary>Counts a bad call that ended at this moment, and answers how many calls of both kinds the window holds by now.</summary>
    internal (long Others, long Bad) AddBad(long at, long others)
    {
        Look(at, others);
        lock (_turn)
        {
            // Cleared meanwhile: this one is forgotten with the rest.
            if (_latestPart == Never) return default;
            _bad++;
            var start = _starts[PlaceOf(_latestPart - Parts + 1)];
            return ((others - start.Others) & (OutcomeTally.CountLimit - 1), _bad - start.Bad);
        }
    }

    /// <summary>The window is empty from now on.</summary>
    internal void Clear()
    {
        lock (_turn) Volatile.Write(ref _latestPart, Never);
    }

    private void BeginPart(long part, long others)
    {
        lock (_turn)
        {
            // The clock itself decides: an outcome that is stamped ahead of it must not stop the window.
            part = Math.Min(part, _time.GetTimestamp() / _ticksOfPart);
            // Who comes late counts for the part that is now.
            if (part <= _latestPart) return;
            for (var begun = Math.Max(_latestPart + 1, part - Parts + 1); begun <= part; begun++) _starts[PlaceOf(begun)] = (others, _bad);
            Volatile.Write(ref _latestPart, part);
        }
    }

    // The first parts have predecessors below zero.
    private static int PlaceOf(long part) => (int)(((part % Parts) + Parts) % Parts);
}
