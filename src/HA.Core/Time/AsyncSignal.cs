namespace HA.Core.Time;

/// <summary>
/// Tells waiting flows that something changed. It carries no value: who is woken looks for itself, so a slow reader
/// misses nothing but the states in between.
/// </summary>
/// <remarks>Safe for concurrent use. Waiters are completed by posting, so it may be set under a lock.</remarks>
public sealed class AsyncSignal(ServiceEnvironment environment)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiters;
    private long _version;

    /// <summary>Counts the calls of <see cref="Set"/>. Read it before looking at the state that the signal guards.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Wakes everybody who waits now.</summary>
    public void Set()
    {
        TaskCompletionSource? waiters;
        lock (_gate)
        {
            _version++;
            waiters = _waiters;
            _waiters = null;
        }

        if (waiters is not null) environment.Post(static s => ((TaskCompletionSource)s!).TrySetResult(), waiters);
    }

    /// <summary>Waits until <see cref="Version"/> is past <paramref name="seen"/>; at once if it already is.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled first.</exception>
    public Task WaitAsync(long seen, CancellationToken cancellationToken)
    {
        Task task;
        lock (_gate)
        {
            if (_version > seen) return Task.CompletedTask;
            task = (_waiters ??= new TaskCompletionSource()).Task;
        }

        return task.WaitAsync(cancellationToken);
    }
}
