using HA.Core.Time;

namespace HA.Core.Consul;

/// <summary>Shares the connections that an agent allows among watches: beyond a number they take turns.</summary>
internal sealed class QueryTurns(int limit, TimeSpan waitTime)
{
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(1);

    private int _watches;

    /// <summary>How long a watch may let the agent wait.</summary>
    internal TimeSpan Wait => Volatile.Read(ref _watches) <= limit || waitTime < ShortWait ? waitTime : ShortWait;

    // Never disposed: it holds nothing of the system, and nobody who waits must be stranded.
    private SemaphoreSlim Free { get; } = new(limit);

    internal void Join() => Interlocked.Increment(ref _watches);

    internal void Leave() => Interlocked.Decrement(ref _watches);

    internal Task TakeAsync(CancellationToken cancellationToken) => Free.WaitAsync(cancellationToken);

    internal void Return() => Free.Release();
}

/// <summary>
/// Keeps one watch from asking in a busy loop, whatever the agent answers: ten times at once and five a second, of answers
/// that brought nothing two at once and one a second.
/// </summary>
internal sealed class QueryPace(TimeProvider time)
{
    private const double Most = 10;
    private const double PerSecond = 5;
    private const double CostOfNothing = 5;

    private double _tokens = Most;
    private long _filledAt = time.GetTimestamp();

    internal async ValueTask WaitAsync(bool broughtNothing, CancellationToken cancellationToken)
    {
        _tokens = Math.Min(Most, _tokens + (time.GetElapsedTime(_filledAt).TotalSeconds * PerSecond));
        _filledAt = time.GetTimestamp();
        _tokens -= broughtNothing ? CostOfNothing : 1;
        if (_tokens < 0) await time.DelayAsync(TimeSpan.FromSeconds(-_tokens / PerSecond), cancellationToken).ConfigureAwait(false);
    }
}
