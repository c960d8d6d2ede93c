namespace HA.Core.Tests.Fakes;

/// <summary>A clock that stands still until told to move; due timers fire in order, at their own moment.</summary>
/// <param name="granularity">Timers are cut down to whole multiples of it, as the machine's are to milliseconds.</param>
internal sealed class ManualTime(TimeSpan granularity = default) : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly long _granularity = granularity.Ticks;
    private long _now;
    private long _armed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => new(Volatile.Read(ref _now));

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => _epoch + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        var until = _now + span.Ticks;
        while (NextDue(until) is { } timer)
        {
            _now = Math.Max(_now, timer.Due);
            timer.Fire();
        }

        _now = until;
    }

    private ManualTimer? NextDue(long until)
    {
        lock (_timers)
        {
            var next = _timers.OrderBy(static t => t.Due).ThenBy(static t => t.Order).FirstOrDefault();
            return next is not null && next.Due <= until ? next : null;
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        internal long Due { get; private set; }

        internal long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            var due = time._granularity == 0 ? dueTime.Ticks : dueTime.Ticks - (dueTime.Ticks % time._granularity);
            lock (time._timers)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, Order) = (time._now + due, ++time._armed);
                time._timers.Add(this);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            Dispose();
            callback();
        }
    }
}
