using System.Diagnostics.Tracing;

namespace HA.Core.Simulation.Kernel;

/// <summary>
/// Notes who sends work from the pump's thread to the thread pool, with the stack, at the moment it happens. It finds
/// hops that come back unnoticed, and the culprit of those that the pump only notices at the other end.
/// </summary>
/// <remarks>
/// It listens to the runtime's own event source, which raises ThreadPoolEnqueueWork on the thread that enqueues. While
/// it is alive every enqueueing in the process is a little slower, so it is off unless
/// <see cref="SimulationOptions.WatchThreadPool"/> asks for it. The first find poisons the pump: an exception thrown in
/// a listener would be swallowed.
/// </remarks>
public sealed class ThreadPoolSpy : EventListener
{
    private const string SourceName = "System.Diagnostics.Eventing.FrameworkEventSource";
    private const int EnqueueWork = 30;
    private const int MaxAttempts = 100_000;

    // ThreadPool and ThreadTransfer of FrameworkEventSource.
    private const EventKeywords ThreadPoolKeywords = (EventKeywords)0x12;

    private readonly List<string> _culprits = [];
    private readonly Pump? _pump;
    private bool _isArmed;

    private ThreadPoolSpy(Pump pump) => _pump = pump;

    /// <summary>Stacks of those who enqueued, oldest first. Read it on the pump's thread or after the run.</summary>
    public IReadOnlyList<string> Culprits => _culprits;

    /// <summary>Begins to watch the thread of <paramref name="pump"/>, which is the caller's.</summary>
    /// <exception cref="NotSupportedException">
    /// The runtime does not raise the events (EventSourceSupport is off).
    /// </exception>
    /// <exception cref="ThreadHopException">Called from another thread than the pump's.</exception>
    public static ThreadPoolSpy Watch(Pump pump)
    {
        ArgumentNullException.ThrowIfNull(pump);
        pump.Guard();
        var spy = new ThreadPoolSpy(pump);

        // A busy pool looks only now and then whether anybody listens, so it is used until it is seen to be heard.
        for (var attempt = 0; attempt < MaxAttempts && !spy._isArmed; attempt++) MachineThreads.PassThroughPool();
        if (spy._isArmed) return spy;
        spy.Dispose();
        throw new NotSupportedException(
            "The runtime does not tell who uses the thread pool: is EventSourceSupport off?");
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == SourceName) EnableEvents(eventSource, EventLevel.Verbose, ThreadPoolKeywords);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class may report events before our constructor has run.
        if (_pump is null || eventData.EventId != EnqueueWork || !_pump.Owner.IsOwner) return;
        if (!_isArmed)
        {
            _isArmed = true;
            return;
        }

        var stack = Environment.StackTrace;
        _culprits.Add(stack);
        _pump.Owner.Poison(ThreadHopException.Enqueued(_pump.Seed, stack));
    }
}
