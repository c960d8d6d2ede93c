namespace HA.Core.Health;

/// <summary>The permits of a probation that are lent, and until when: a call that hangs does not keep its permit for ever.</summary>
/// <remarks>Used under the lock of transitions, except for <see cref="MayBeOverdue"/>, which costs a read.</remarks>
internal sealed class ProbeLoans
{
    private readonly List<(long Ticket, long Until)> _lent = [];
    private long _earliest = long.MaxValue;

    /// <summary>Whether some permit should have come back by now.</summary>
    internal bool MayBeOverdue(long now) => now >= Volatile.Read(ref _earliest);

    internal void Lend(long ticket, long until)
    {
        _lent.Add((ticket, until));
        Note();
    }

    /// <summary>A call came back. False: too late, its permit is somebody else's and its word counts no more.</summary>
    internal bool Settle(long ticket)
    {
        var place = _lent.FindIndex(l => l.Ticket == ticket);
        if (place < 0) return false;
        _lent.RemoveAt(place);
        Note();
        return true;
    }

    /// <summary>Writes off one permit that is overdue.</summary>
    internal bool TryWriteOff(long now, out long ticket)
    {
        var place = _lent.FindIndex(l => l.Until <= now);
        ticket = place < 0 ? 0 : _lent[place].Ticket;
        if (place < 0) return false;
        _lent.RemoveAt(place);
        Note();
        return true;
    }

    internal void Clear()
    {
        _lent.Clear();
        Note();
    }

    private void Note()
    {
        var earliest = long.MaxValue;
        foreach (var (_, until) in _lent) earliest = Math.Min(earliest, until);
        Volatile.Write(ref _earliest, earliest);
    }
}
