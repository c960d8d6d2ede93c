using HA.Core.Time;

namespace HA.Core.Calls;

/// <summary>So many calls at once, so many waiting, and no more.</summary>
/// <remarks>A place that becomes free is handed to who waits longest. Safe for concurrent use; without a queue, lock-free.</remarks>
internal sealed class Bulkhead(BulkheadOptions options, ServiceEnvironment environment)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private PaddedCounter _inside;

    /// <summary>Calls that have a place.</summary>
    internal int Inside => Volatile.Read(ref _inside.Value);

    /// <summary>Calls that wait for one.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Takes a place if one is free and nobody waits for it.</summary>
    internal bool TryEnter()
    {
        var inside = Volatile.Read(ref _inside.Value);
        while (inside < options.MaxInFlight)
        {
            var seen = Interlocked.CompareExchange(ref _inside.Value, inside + 1, inside);
            if (seen == inside) return true;
            inside = seen;
        }

        return false;
    }

    /// <summary>Takes a place, waiting for it if there is room to wait.</summary>
    /// <returns>True with a place; false if it was refused, at once or because the time passed or the caller gave up.</returns>
    internal async ValueTask<bool> EnterAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (TryEnter()) return true;
        if (options.MaxQueued == 0) return false;
        Waiter waiter;
        lock (_gate)
        {
            // Somebody may have left since, who saw nobody waiting.
            if (TryEnter()) return true;
            if (_waiting.Count >= options.MaxQueued) return false;
            waiter = new Waiter();
            waiter.Place = _waiting.AddLast(waiter);
        }

        using var deadline = new Deadline(environment.Time, limit, cancellationToken);
        var registration = deadline.Token.UnsafeRegister(s => GiveUp((Waiter)s!), waiter);
        var hasPlace = await waiter.Task.ConfigureAwait(false);
        registration.Unregister();
        return hasPlace;
    }

    /// <summary>Gives a place back.</summary>
    internal void Leave()
    {
        if (options.MaxQueued > 0)
        {
            lock (_gate)
            {
                if (_waiting.First is { } first)
                {
                    // The place changes hands without becoming free.
                    _waiting.RemoveFirst();
                    environment.Post(static s => ((Waiter)s!).SetResult(true), first.Value);
                    return;
                }

                Interlocked.Decrement(ref _inside.Value);
                return;
            }
        }

        Interlocked.Decrement(ref _inside.Value);
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place!.List is null) return;
            _waiting.Remove(waiter);
        }

        environment.Post(static s => ((Waiter)s!).SetResult(false), waiter);
    }

    private sealed class Waiter : TaskCompletionSource<bool>
    {
        internal LinkedListNode<Waiter>? Place { get; set; }
    }
}
