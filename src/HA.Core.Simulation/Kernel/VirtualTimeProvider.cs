namespace HA.Core.Simulation.Kernel;

/// <summary>The clock of a simulation: it stands still while code runs and jumps from event to event.</summary>
/// <remarks>Belongs to the pump's thread; every member throws <see cref="ThreadHopException"/> elsewhere.</remarks>
public sealed class VirtualTimeProvider : TimeProvider
{
    private readonly Pump _pump;

    internal VirtualTimeProvider(Pump pump) => _pump = pump;

    /// <summary>The wall clock's time at which every simulation starts: 2000-01-01T00:00:00Z.</summary>
    public static DateTimeOffset Epoch { get; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>10 000 000: a timestamp is a tick of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Always UTC.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Ticks of 100 ns since the start.</summary>
    public override long GetTimestamp() => _pump.Now;

    /// <summary><see cref="Epoch"/> plus the time since the start.</summary>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(_pump.Now);

    /// <summary>A timer exact to the tick: unlike the machine's it neither rounds to milliseconds nor drifts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative and not infinite.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        _pump.Guard();
        var timer = new SimTimer(_pump, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
