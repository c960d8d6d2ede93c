namespace HA.Core.Time;

/// <summary>The deadline of one call after another, and the token that it cancels; see <see cref="DeadlinePool"/>.</summary>
internal sealed class PooledDeadline : CancellationTokenSource
{
    private const long Resting = long.MaxValue;
    private const long Passed = long.MinValue;

    private CancellationTokenRegistration _caller;
    // When it passes, or one of the words above: whoever changes it decides what becomes of the deadline.
    private long _due = Resting;
    private volatile bool _isDead;

    /// <summary>Whether the time has passed (rather than the caller having cancelled).</summary>
    internal bool IsExpired => Volatile.Read(ref _due) == Passed;

    /// <summary>Whether it can be forgotten.</summary>
    internal bool IsDead => _isDead;

    internal void Follow(CancellationToken callerToken)
    {
        if (callerToken.CanBeCanceled) _caller = callerToken.UnsafeRegister(static s => ((PooledDeadline)s!).Cancel(), this);
    }

    /// <summary>Whether it is to pass until then, and when.</summary>
    internal bool IsDueBy(long until, out long due)
    {
        due = Volatile.Read(ref _due);
        return due != Passed && due <= until;
    }

    /// <summary>Sets when it passes, or answers false if it has passed.</summary>
    internal bool TrySet(long due)
    {
        var seen = Volatile.Read(ref _due);
        while (seen != Passed)
        {
            var found = Interlocked.CompareExchange(ref _due, due, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Answers whether the time has come now, once; else when it will.</summary>
    internal bool TryPass(long now, out long due)
    {
        due = Volatile.Read(ref _due);
        if (due == Passed) due = Resting;
        return due <= now && Interlocked.CompareExchange(ref _due, Passed, due) == due;
    }

    /// <summary>Ends its present use and answers whether it can have another one.</summary>
    internal bool TryRest()
    {
        // Waits for a callback that is running, so that it cannot cancel the next call.
        _caller.Dispose();
        _caller = default;
        var before = Volatile.Read(ref _due);
        if (before != Passed && Interlocked.CompareExchange(ref _due, Resting, before) == before && TryReset()) return true;
        _isDead = true;
        return false;
    }
}
