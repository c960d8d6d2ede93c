namespace HA.Core;

/// <summary>
/// Tells waiting flows that something changed. It carries no value: who is woken looks for itself, so a slow reader
/// misses nothing but the states in between.
/// </summary>
/// <remarks>
/// Safe for concurrent use. Waiters are completed by posting, so it may be set under a lock. Each has a task of its own:
/// of several continuations of one task, the runtime sends all but the last to the thread pool.
/// </remarks>
public sealed class AsyncSignal(ServiceEnvironment environment)
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = environment.Time;
    private readonly LinkedList<Waiter> _waiters = new();
    private long _version;

    /// <summary>Counts the calls of <see cref="Set"/>. Read it before looking at the state that the signal guards.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Wakes everybody who waits now.</summary>
    public void Set()
    {
        Waiter[] woken;
        lock (_gate)
        {
            _version++;
            if (_waiters.Count == 0) return;
            woken = [.. _waiters];
            _waiters.Clear();
        }

        environment.Post(
            static s =>
            {
                foreach (var waiter in (Waiter[])s!) waiter.Wake();
            },
            woken);
    }

    /// <summary>Waits until <see cref="Version"/> is past <paramref name="seen"/>; at once if it already is.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled first.</exception>
    public Task WaitAsync(long seen, CancellationToken cancellationToken) =>
        WaitAsync(seen, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <summary>
    /// As <see cref="WaitAsync(long, CancellationToken)"/>, but no longer than <paramref name="timeout"/>: true if
    /// <see cref="Version"/> is past <paramref name="seen"/>, false if the time has passed.
    /// </summary>
    /// <remarks>A time that passes is no exception: loops that look at something now and then would throw all day.</remarks>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled first.</exception>
    public Task<bool> WaitAsync(long seen, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_version > seen) return Task.FromResult(true);
            if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<bool>(cancellationToken);
            if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) return Task.FromResult(false);
            var waiter = new Waiter(this);
            waiter.Begin(timeout, cancellationToken);
            return waiter.Task;
        }
    }

    private sealed class Waiter(AsyncSignal signal) : TaskCompletionSource<bool>
    {
        private LinkedListNode<Waiter>? _place;
        private CancellationTokenRegistration _cancellation;
        private ITimer? _timer;
        private TimeSpan _timeout;
        private long _beganAt;

        // Under the lock. A token that is cancelled at this moment runs the callback here and now; nobody awaits the task yet.
        internal void Begin(TimeSpan timeout, CancellationToken cancellationToken)
        {
            _place = signal._waiters.AddLast(this);
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                (_timeout, _beganAt) = (timeout, signal._time.GetTimestamp());
                _timer = signal._time.CreateTimer(static s => ((Waiter)s!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
            }

            _cancellation = cancellationToken.UnsafeRegister(static (s, token) => ((Waiter)s!).Cancel(token), this);
        }

        internal void Wake()
        {
            _cancellation.Unregister();
            _timer?.Dispose();
            TrySetResult(true);
        }

        private void Expire()
        {
            // Until the lock is free, the timer is not where it is looked for.
            lock (signal._gate)
            {
                var rest = TimerRest.Of(_timeout, signal._time, _beganAt);
                if (rest > TimeSpan.Zero)
                {
                    if (_place?.List is not null) _timer!.Change(rest, Timeout.InfiniteTimeSpan);
                    return;
                }
            }

            if (!TryLeave()) return;
            _cancellation.Unregister();
            _timer!.Dispose();
            TrySetResult(false);
        }

        private void Cancel(CancellationToken token)
        {
            if (!TryLeave()) return;
            _timer?.Dispose();
            TrySetCanceled(token);
        }

        // Whoever takes it out of the list decides how its wait ends.
        private bool TryLeave()
        {
            lock (signal._gate)
            {
                if (_place?.List is null) return false;
                signal._waiters.Remove(_place);
                return true;
            }
        }
    }
}
