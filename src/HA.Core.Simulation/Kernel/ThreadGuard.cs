namespace HA.Core.Simulation.Kernel;

/// <summary>Knows whose thread it is, and remembers the first trespass.</summary>
/// <remarks>Safe for concurrent use: trespassers come from other threads by their nature.</remarks>
internal sealed class ThreadGuard(ulong seed)
{
    // Threads' ids are given out again, so an ended simulation belongs to nobody.
    private const int Nobody = 0;

    private readonly object _arrival = new();
    private volatile int _owner = Environment.CurrentManagedThreadId;
    private volatile ThreadHopException? _poison;

    internal bool IsOwner => Environment.CurrentManagedThreadId == _owner;

    internal bool HasEnded => _owner == Nobody;

    internal void Require()
    {
        if (Environment.CurrentManagedThreadId != _owner) throw Trespass();
    }

    /// <summary>As <see cref="Require"/>, for callers that must not throw (Dispose runs in finalizers too).</summary>
    internal bool RequireQuietly()
    {
        if (IsOwner) return true;
        if (!HasEnded) _ = Trespass();
        return false;
    }

    internal void Poison(ThreadHopException error)
    {
        lock (_arrival)
        {
            _poison ??= error;
            Monitor.PulseAll(_arrival);
        }
    }

    internal void ThrowIfPoisoned()
    {
        // A new exception for this thread; the inner one has the stack of the trespasser.
        if (_poison is { } first) throw new ThreadHopException(first.Message, seed, first);
    }

    /// <summary>Gives a flow that has left for another thread the time to come back and be caught.</summary>
    /// <remarks>
    /// Real time, but only when the simulation has already failed: it decides between two error messages.
    /// </remarks>
    internal void AwaitTrespasser(TimeSpan patience)
    {
        lock (_arrival)
        {
            if (_poison is null && patience > TimeSpan.Zero) Monitor.Wait(_arrival, patience);
        }

        ThrowIfPoisoned();
    }

    internal void End() => _owner = Nobody;

    private ThreadHopException Trespass()
    {
        var error = HasEnded ? ThreadHopException.AfterEnd(seed) : ThreadHopException.Trespass(seed, _owner);
        Poison(error);
        return error;
    }
}
