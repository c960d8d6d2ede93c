namespace HA.Core.Time;

/// <summary>A token that is cancelled when a time has passed or the caller's own token is.</summary>
/// <remarks>One flow owns and disposes it. Exact to the tick, on any <see cref="TimeProvider"/>.</remarks>
public sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private volatile bool _expired;

    /// <summary>Starts the clock.</summary>
    public Deadline(TimeProvider time, TimeSpan timeout, CancellationToken callerToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        _source = CancellationTokenSource.CreateLinkedTokenSource(callerToken);
        _timer = time.CreateTimer(static s => ((Deadline)s!).Expire(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Hand this to whatever must end in time.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the time has passed (rather than the caller having cancelled).</summary>
    public bool IsExpired => _expired;

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Expire()
    {
        _expired = true;
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work ended while the timer was on its way.
        }
    }
}
