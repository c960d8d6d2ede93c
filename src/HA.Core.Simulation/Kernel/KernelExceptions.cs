namespace HA.Core.Simulation.Kernel;

/// <summary>
/// Code of a simulation ran on a thread that is not the pump's, where its order would be left to chance.
/// </summary>
public sealed class ThreadHopException : SimulationException
{
    private const string Fix =
        "Look for Task.Run, Task.Yield, Task.Delay with a token, SemaphoreSlim, Channel, ContinueWith or " +
        "RunContinuationsAsynchronously, and use ServiceEnvironment.Post or Spawn, TimeProvider.DelayAsync or " +
        "AsyncSignal instead; SimulationOptions.WatchThreadPool names the culprit.";

    private readonly string _message;

    internal ThreadHopException(string message, ulong seed, Exception? inner = null)
        : base(message, seed, inner) => _message = inner is ThreadHopException ? message : base.Message;

    /// <inheritdoc/>
    public override string Message => _message;

    internal static ThreadHopException Trespass(ulong seed, int owner) => new(
        $"Thread {Environment.CurrentManagedThreadId} touched a simulation that belongs to thread {owner}: " +
        $"some flow left the pump's thread. {Fix}", seed);

    internal static ThreadHopException AfterEnd(ulong seed) => new(
        "A simulation was touched after it had ended. Take what you need out of it before its body returns.", seed);

    internal static ThreadHopException Enqueued(ulong seed, string stack) => new(
        $"The pump's thread queued work to the thread pool. {Fix}\n{stack}\n", seed);
}

/// <summary>Too many events ran at one instant: probably a loop that never lets time pass.</summary>
public sealed class LivelockException : SimulationException
{
    internal LivelockException(ulong seed, long now, int limit, string next)
        : base($"More than {limit} events ran at {new TimeSpan(now):c} and time does not move; the next is {next}. " +
            "Look for a loop that waits for zero time.", seed) => EventName = next;

    /// <summary>The event, or the method posted, that exceeded the limit.</summary>
    public string EventName { get; }
}

/// <summary>
/// A SynchronizationContext or TaskScheduler was found, which would carry continuations to other threads.
/// </summary>
public sealed class ForeignContextException : SimulationException
{
    private ForeignContextException(string message, ulong seed)
        : base(message, seed)
    {
    }

    internal static ForeignContextException ForSynchronization(ulong seed, long now) => new(
        $"The pump's thread had a SynchronizationContext at {new TimeSpan(now):c}, and must not: " +
        "code that awaits with ConfigureAwait(false) would leave the thread. Do not set one.", seed);

    internal static ForeignContextException ForScheduler(ulong seed) => new(
        "A pump was made under a TaskScheduler that is not the default one. Use Simulator.Run.", seed);
}
