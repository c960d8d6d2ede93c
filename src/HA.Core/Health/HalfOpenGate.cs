namespace HA.Core.Health;

/// <summary>
/// Admits calls: all of them while closed, only so many at once while half-open. Each state has an epoch, and a call
/// remembers in which one it began, so a straggler from another epoch decides nothing and leaks no permit.
/// </summary>
/// <remarks>
/// Epoch, a serial number, permits and mode share one word, so admission is one read when all is well and one
/// compare-and-swap on probation. The serial number moves with every permit given, so no two tickets with a permit are alike
/// (within 65 536 of them). Safe for concurrent use, lock-free. Transitions are made by one writer at a time.
/// </remarks>
internal struct HalfOpenGate
{
    private const long Mode = 1;
    private const long Permit = 2;
    private const int SerialShift = 9;
    private const int EpochShift = 25;
    private const long PermitMask = (1 << SerialShift) - Permit;
    private const long Serial = 1 << SerialShift;
    private const long SerialMask = (1 << EpochShift) - Serial;

    private long _word;

    /// <summary>A call asks to enter. The ticket is the word it made, or found.</summary>
    internal bool TryEnter(out long ticket)
    {
        var word = Volatile.Read(ref _word);
        while ((word & Mode) != 0)
        {
            if ((word & PermitMask) == 0)
            {
                ticket = 0;
                return false;
            }

            var next = (word & ~SerialMask) - Permit | (word + Serial & SerialMask);
            var seen = Interlocked.CompareExchange(ref _word, next, word);
            if (seen == word)
            {
                ticket = next;
                return true;
            }

            word = seen;
        }

        ticket = word;
        return true;
    }

    /// <summary>A call enters without a permit. Its ticket says so.</summary>
    internal readonly long EnterAnyway() => Volatile.Read(in _word) & ~(PermitMask | Mode);

    /// <summary>Whether the ticket was given in the epoch that is now.</summary>
    internal readonly bool IsCurrent(long ticket) => ticket >> EpochShift == Volatile.Read(in _word) >> EpochShift;

    /// <summary>Whether the ticket holds a permit.</summary>
    internal static bool HasPermit(long ticket) => (ticket & Mode) != 0;

    /// <summary>Gives a permit back unused.</summary>
    internal void Return(long ticket)
    {
        var word = Volatile.Read(ref _word);
        while (word >> EpochShift == ticket >> EpochShift)
        {
            var seen = Interlocked.CompareExchange(ref _word, word + Permit, word);
            if (seen == word) return;
            word = seen;
        }
    }

    /// <summary>Begins a new epoch: closed (everybody enters) or half-open with so many permits.</summary>
    internal void Begin(int halfOpenPermits)
    {
        var epoch = (Volatile.Read(ref _word) >> EpochShift) + 1;
        Volatile.Write(ref _word, epoch << EpochShift | halfOpenPermits * Permit | (halfOpenPermits > 0 ? Mode : 0));
    }
}
