using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>Workers that all calls at an instance share equally: each gets a whole one while there are enough.</summary>
/// <remarks>
/// Every call gets the same, so those that end are told by how much each of them has been given since the beginning: a
/// clock that runs slower the more there are. Costs the logarithm of the calls, whatever their number.
/// </remarks>
internal sealed class SharedWorkers(Pump pump, int workers, Action<Exchange> whenDone) : SimEvent
{
    private int _workers = workers;
    private readonly PriorityQueue<Exchange, (double Given, long Order)> _calls = new();
    private double _given;
    private long _since;
    private long _order;

    /// <summary>One more call, which needs a worker for so long.</summary>
    internal void Add(Exchange exchange, long ticks)
    {
        Account();
        _calls.Enqueue(exchange, (_given + ticks, ++_order));
        Expect();
    }

    /// <summary>There are so many workers from now on, at least one.</summary>
    internal void Resize(int workers)
    {
        Account();
        _workers = workers;
        Expect();
    }

    /// <summary>All of them are gone.</summary>
    internal void Clear()
    {
        _calls.Clear();
        pump.Cancel(this);
    }

    protected internal override void Fire()
    {
        Account();
        var done = _calls.Dequeue();
        Expect();
        whenDone(done);
    }

    private void Account()
    {
        var now = pump.Now;
        if (_calls.Count > 0) _given += (now - _since) * Speed();
        // Nobody is there to whom it matters, and small numbers are exact.
        else _given = 0;
        _since = now;
    }

    private void Expect()
    {
        if (!_calls.TryPeek(out _, out var first)) return;
        pump.Schedule(this, Math.Max(0, (long)(((first.Given - _given) / Speed()) + 0.5)));
    }

    private double Speed() => _calls.Count <= _workers ? 1 : (double)_workers / _calls.Count;
}
