using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>
/// Deadlines of exchanges, nearly all of the same length: a line in which only the first waits on the pump. An exchange
/// that ends in time costs no event at all.
/// </summary>
/// <remarks>
/// Those that would come out of turn (their call's own deadline was nearer) get an event of their own. Deadlines that
/// are no longer needed leave from the head as new ones come, so the line is about as long as exchanges are under way.
/// </remarks>
internal sealed class DeadlineLine(Pump pump) : SimEvent
{
    private readonly Queue<Entry> _line = new();
    private long _last;

    /// <summary>Ends the exchange with a timeout after so long, unless it is over by then.</summary>
    internal void Add(Exchange exchange, TimeSpan timeout)
    {
        while (_line.TryPeek(out var first) && !first.IsAlive) _line.Dequeue();
        var due = pump.Clock + timeout.Ticks;
        if (due < _last && _line.Count > 0)
        {
            pump.Schedule(new OutOfTurn(new Entry(exchange, exchange.Generation, due)), timeout);
            return;
        }

        _last = due;
        _line.Enqueue(new Entry(exchange, exchange.Generation, due));
        // The event may still wait for one that has left, and that was due later.
        if (_line.Count == 1) pump.Schedule(this, timeout);
    }

    protected internal override void Fire()
    {
        while (_line.TryPeek(out var first))
        {
            if (first.Due > pump.Clock && first.IsAlive)
            {
                pump.Schedule(this, first.Due - pump.Clock);
                return;
            }

            _line.Dequeue();
            first.Expire();
        }
    }

    private readonly record struct Entry(Exchange Exchange, long Generation, long Due)
    {
        // The exchange may have ended and be somebody else's by now.
        internal bool IsAlive => Exchange.Generation == Generation;

        internal void Expire()
        {
            if (IsAlive) Exchange.TimeOut();
        }
    }

    private sealed class OutOfTurn(Entry entry) : SimEvent
    {
        protected internal override void Fire() => entry.Expire();
    }
}
