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
    public Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_version > seen) return Task.CompletedTask;
            if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
            var waiter = new Waiter(this);
            waiter.Place = _waiters.AddLast(waiter);
            // A token that is cancelled at this moment runs the callback here and now; nobody awaits the task yet.
            waiter.Cancellation = cancellationToken.UnsafeRegister(static (s, token) => ((Waiter)s!).Cancel(token), waiter);
            return waiter.Task;
        }
    }

    private sealed class Waiter(AsyncSignal signal) : TaskCompletionSource
    {
        internal LinkedListNode<Waiter> Place { get; set; } = null!;

        internal CancellationTokenRegistration Cancellation { get; set; }

        internal void Wake()
        {
            Cancellation.Unregister();
            TrySetResult();
        }

        internal void Cancel(CancellationToken token)
        {
            lock (signal._gate)
            {
                if (Place.List is not null) signal._waiters.Remove(Place);
            }

            TrySetCanceled(token);
        }
    }
}
