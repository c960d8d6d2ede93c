namespace HA.Core.Time;

/// <summary>
/// Deadlines for many calls at once, each exact, and nearly free for a call that ends in time: no timer of its own, no
/// lock, nothing allocated once warm.
/// </summary>
/// <remarks>
/// All deadlines share one timer, set for the earliest that is known. Most calls end long before, so it fires about once
/// in the length of a timeout, looks at all that are out, and is set for the earliest of those. Safe for concurrent use.
/// </remarks>
internal sealed class DeadlinePool : IDisposable
{
    private const long NotSet = long.MaxValue;
    private const int Shelves = 16;
    // References to a shelf are so far apart that two threads' shelves share no cache line.
    private const int Stride = 16;

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<PooledDeadline> _all = [];
    private readonly Stack<PooledDeadline> _spare = new();
    private readonly PooledDeadline?[] _shelves = new PooledDeadline?[Shelves * Stride];
    private long _setFor = NotSet;

    internal DeadlinePool(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(
            static s => ((DeadlinePool)s!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts the clock of one call. Hand the deadline back with <see cref="Return"/>.</summary>
    /// <param name="timeout">How long the call may take.</param>
    /// <param name="now">Timestamp of this moment.</param>
    /// <param name="callerToken">Cancels the deadline's token as well.</param>
    internal PooledDeadline Rent(TimeSpan timeout, long now, CancellationToken callerToken)
    {
        var deadline = Interlocked.Exchange(ref Shelf(), null) ?? RentSpare();
        deadline.Follow(callerToken);
        Set(deadline, timeout, now);
        return deadline;
    }

    /// <summary>Gives a running deadline another length, counted from <paramref name="now"/>.</summary>
    internal void Set(PooledDeadline deadline, TimeSpan timeout, long now)
    {
        var due = now + _time.ToTimestampTicks(timeout);
        // Either the sweep sees the new time, or this sees what the sweep set the timer for.
        if (deadline.TrySet(due) && due < Volatile.Read(ref _setFor)) SetTimer(due);
    }

    /// <summary>The call has ended: its token is not used any more, and may be another call's from now on.</summary>
    internal void Return(PooledDeadline deadline)
    {
        // One that was cancelled is of no more use; the next sweep forgets it.
        if (!deadline.TryRest()) return;
        if (Interlocked.CompareExchange(ref Shelf(), deadline, null) is null) return;
        lock (_gate) _spare.Push(deadline);
    }

    /// <summary>Stops the timer. Deadlines that are out do not pass any more.</summary>
    public void Dispose() => _timer.Dispose();

    // Threads keep to a shelf of their own, so that they do not fight over one.
    private ref PooledDeadline? Shelf() => ref _shelves[Environment.CurrentManagedThreadId % Shelves * Stride];

    private PooledDeadline RentSpare()
    {
        lock (_gate)
        {
            if (_spare.TryPop(out var spare)) return spare;
            var deadline = new PooledDeadline();
            _all.Add(deadline);
            return deadline;
        }
    }

    private void SetTimer(long due)
    {
        lock (_gate)
        {
            if (due < _setFor) SetTimerLocked(due, _time.GetTimestamp(), TimeSpan.Zero);
        }
    }

    private void SetTimerLocked(long due, long now, TimeSpan least)
    {
        Interlocked.Exchange(ref _setFor, due);
        var wait = _time.GetElapsedTime(now, due);
        _timer.Change(wait < least ? least : wait, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        List<PooledDeadline>? passed = null;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            // The machine's timers count whole milliseconds and may fire early; without a pause it would spin until then.
            var least = now < _setFor ? OneMillisecond : TimeSpan.Zero;
            Interlocked.Exchange(ref _setFor, NotSet);
            var next = NotSet;
            _all.RemoveAll(static d => d.IsDead);
            foreach (var deadline in _all)
            {
                if (deadline.TryPass(now, out var due)) (passed ??= []).Add(deadline);
                else if (due < next) next = due;
            }

            if (next != NotSet) SetTimerLocked(next, now, least);
        }

        // Cancelling runs whatever waits for the token: not under the lock.
        if (passed is null) return;
        foreach (var deadline in passed) deadline.Cancel();
    }
}
