using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>Counts calls, and the bad ones among them, over a window that slides in ten steps.</summary>
/// <remarks>
/// Each tenth of the window is one word: which tenth it is, calls, bad ones. So a call is one atomic operation, and nothing
/// has to be cleared when time passes. Safe for concurrent use, lock-free; a count that is full stays where it is.
/// </remarks>
internal sealed class CallWindow
{
    private const int Parts = 10;
    private const int CountBits = 20;
    private const int PartShift = 2 * CountBits;
    private const long CountMask = (1L << CountBits) - 1;
    private const long HalfFull = 1L << (CountBits - 1);
    private const long PartMask = (1L << (64 - PartShift)) - 1;

    private readonly long[] _words = new long[Parts];
    private readonly long _ticksOfPart;
    private long _latestPart;

    internal CallWindow(TimeSpan length, TimeProvider time) => _ticksOfPart = Math.Max(1, time.ToTimestampTicks(length) / Parts);

    /// <summary>Counts a call that ended at this moment.</summary>
    internal void Add(long endedAt, bool isBad)
    {
        var part = Volatile.Read(ref _latestPart);
        // A product is several times cheaper than a quotient, and most calls end in the part in which the one before did.
        if ((ulong)(endedAt - (part * _ticksOfPart)) >= (ulong)_ticksOfPart) _latestPart = part = endedAt / _ticksOfPart;
        ref var place = ref _words[(ulong)part % Parts];
        var word = Volatile.Read(ref place);
        // Nearly always the part is there already, and far from full: then nothing can get lost by adding to it.
        if (PartOf(word) == (part & PartMask) && word != 0 && (word & HalfFull) == 0)
        {
            Interlocked.Add(ref place, 1 + (isBad ? 1L << CountBits : 0));
            return;
        }

        while (true)
        {
            var age = (part & PartMask) - PartOf(word);
            // Older than what the place holds by now: it fell out of the window on its way.
            if (age < 0 && word != 0) return;
            var counts = age == 0 ? word & ~(PartMask << PartShift) : 0;
            if ((counts & CountMask) == CountMask) return;
            var next = ((part & PartMask) << PartShift) | (counts + 1 + (isBad ? 1L << CountBits : 0));
            var seen = Interlocked.CompareExchange(ref place, next, word);
            if (seen == word) return;
            word = seen;
        }
    }

    /// <summary>What the window that ends at this moment holds.</summary>
    internal (long Calls, long Bad) Read(long at)
    {
        var part = at / _ticksOfPart;
        long calls = 0, bad = 0;
        for (var i = 0; i < Parts; i++)
        {
            var word = Volatile.Read(ref _words[i]);
            var age = (part & PartMask) - PartOf(word);
            if (age is < 0 or >= Parts) continue;
            calls += word & CountMask;
            bad += word >> CountBits & CountMask;
        }

        return (calls, bad);
    }

    internal void Clear()
    {
        for (var i = 0; i < Parts; i++) Volatile.Write(ref _words[i], 0);
    }

    private static long PartOf(long word) => word >> PartShift & PartMask;
}
