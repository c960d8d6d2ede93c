namespace HA.Core.Simulation.Kernel;

/// <summary>A timer on virtual time: exact to the tick, and its period does not drift.</summary>
/// <remarks>Like the machine's timer it runs its callback in the execution context of its creation.</remarks>
internal sealed class SimTimer : SimEvent, ITimer
{
    private readonly Pump _pump;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context;
    private long _period;
    private bool _disposed;

    internal SimTimer(Pump pump, TimerCallback callback, object? state)
    {
        _pump = pump;
        _callback = callback;
        _state = state;
        _context = ExecutionContext.Capture();
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _pump.Guard();
        RequireTime(dueTime, nameof(dueTime));
        RequireTime(period, nameof(period));
        if (_disposed) return false;
        _period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
        if (dueTime == Timeout.InfiniteTimeSpan) _pump.Cancel(this);
        else _pump.Schedule(this, dueTime.Ticks);
        return true;
    }

    // PeriodicTimer disposes its timer in its finalizer, on another thread, where throwing ends the process.
    public void Dispose()
    {
        if (!_pump.Owner.RequireQuietly()) return;
        _disposed = true;
        _pump.Cancel(this);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public override string ToString() => $"timer of {_callback.Target ?? _callback.Method.DeclaringType}";

    protected internal override void Fire()
    {
        // Before the callback, which may change or dispose the timer.
        if (_period > 0) _pump.Schedule(this, _period);
        if (_context is null || ReferenceEquals(_context, _pump.Context)) _callback(_state);
        else ExecutionContext.Run(_context, static s => ((SimTimer)s!)._callback(((SimTimer)s)._state), this);
    }

    private static void RequireTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, value, "It is not negative, or Timeout.InfiniteTimeSpan.");
    }
}
