namespace HA.Core.Time;

/// <summary>
/// Deadlines for many calls at once, each exact, and nearly free for a call that ends in time: no timer of its own, no
/// lock, nothing allocated once warm.
/// </summary>
/// <remarks>
/// All deadlines share one timer, set for the earliest that is known. Most calls end long before, so it fires about once
/// in the length of a timeout, looks at all that are out, and is set for the earliest of those. Where calls hang, and deadlines
/// pass one by one, each look puts down the next sixteenth of them, in order; else each of them would be a look at all. Safe
/// for concurrent use.
/// </remarks>
internal sealed class DeadlinePool : IDisposable
{
    private const long NotSet = long.MaxValue;
    private const int Shelves = 16;
    // References to a shelf are so far apart that two threads' shelves share no cache line.
    private const int Stride = 16;
    private const int LooksInALength = 16;

    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<PooledDeadline> _all = [];
    private readonly Stack<PooledDeadline> _spare = new();
    private readonly PooledDeadline?[] _shelves = new PooledDeadline?[Shelves * Stride];
    // Those that pass next, as they were when all were looked at, and how far the timer has come with them.
    private readonly List<(long Due, PooledDeadline Deadline)> _next = [];
    private int _nextAt;
    private long _setFor = NotSet;
    // Whatever passes before this is in the list.
    private long _lookAt = NotSet;

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
        // Either the sweep sees the new time, or this sees until when the sweep does not look.
        if (deadline.TrySet(due) && due < Volatile.Read(ref _lookAt)) LookAt(due);
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

    private void LookAt(long due)
    {
        lock (_gate)
        {
            if (due >= _lookAt) return;
            Interlocked.Exchange(ref _lookAt, due);
            if (due < _setFor) SetTimerLocked(due, _time.GetTimestamp(), TimeSpan.Zero);
        }
    }

    private void SetTimerLocked(long due, long now, TimeSpan least)
    {
        _setFor = due;
        if (due == NotSet) return;
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
            LookAtNextLocked(now, ref passed);
            if (_nextAt == _next.Count || now >= _lookAt) LookAtAllLocked(now, ref passed);
            SetTimerLocked(_nextAt < _next.Count ? Math.Min(_next[_nextAt].Due, _lookAt) : _lookAt, now, least);
        }

        // Cancelling runs whatever waits for the token: not under the lock.
        if (passed is null) return;
        foreach (var deadline in passed) deadline.Cancel();
    }

    private void LookAtNextLocked(long now, ref List<PooledDeadline>? passed)
    {
        for (; _nextAt < _next.Count; _nextAt++)
        {
            var (due, deadline) = _next[_nextAt];
            if (deadline.TryPass(now, out var found)) (passed ??= []).Add(deadline);
            // Else it is some other call's by now, which has seen to it that it is looked at.
            else if (found == due) return;
        }
    }

    private void LookAtAllLocked(long now, ref List<PooledDeadline>? passed)
    {
        Interlocked.Exchange(ref _lookAt, NotSet);
        _next.Clear();
        _nextAt = 0;
        _all.RemoveAll(static d => d.IsDead);
        long first = NotSet, last = 0;
        foreach (var deadline in _all)
        {
            if (deadline.TryPass(now, out var due)) (passed ??= []).Add(deadline);
            else if (due != NotSet) (first, last) = (Math.Min(first, due), Math.Max(last, due));
        }

        if (first == NotSet) return;
        var until = first + ((last - first) / LooksInALength);
        foreach (var deadline in _all)
        {
            if (deadline.IsDueBy(until, out var due)) _next.Add((due, deadline));
        }

        _next.Sort(static (a, b) => a.Due.CompareTo(b.Due));
        Interlocked.Exchange(ref _lookAt, until + 1);
    }
}
