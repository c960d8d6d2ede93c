namespace HA.Core.Health;

/// <summary>Ejects an endpoint when too large a share of its calls was slow lately.</summary>
/// <remarks>
/// Only calls that succeeded are looked at: those that failed are for others to judge. Judged at each slow call. A balancer
/// that counts calls in flight sends a slow endpoint less by itself, so this is for slowness that must not be served at all.
/// Safe for concurrent use, lock-free.
/// </remarks>
public sealed class SlowCalls : IFailureDetector
{
    private readonly CallWindow _window;
    private readonly TimeSpan _limit;
    private readonly double _share;
    private readonly int _minCalls;
    private readonly TimeSpan _ejection;

    /// <summary>Creates a detector.</summary>
    /// <param name="limit">A call that takes this long, or longer, is slow.</param>
    /// <param name="share">Share of slow calls that ejects, above 0 and at most 1.</param>
    /// <param name="window">How far it looks back, in steps of a tenth.</param>
    /// <param name="minCalls">Calls that the window must hold, at least 1.</param>
    /// <param name="ejection">How long.</param>
    /// <param name="time">The clock that outcomes are stamped with.</param>
    public SlowCalls(TimeSpan limit, double share, TimeSpan window, int minCalls, TimeSpan ejection, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _limit = Check.Positive(limit, nameof(limit));
        _share = Check.PositiveShare(share, nameof(share));
        _window = new CallWindow(Check.Positive(window, nameof(window)), time);
        _minCalls = Check.AtLeast(1, minCalls, nameof(minCalls));
        _ejection = Check.Positive(ejection, nameof(ejection));
    }

    /// <inheritdoc/>
    public TimeSpan? Observe(in CallOutcome outcome)
    {
        if (outcome.Kind != OutcomeKind.Success) return null;
        var isSlow = outcome.Latency >= _limit;
        _window.Add(outcome.EndedAt, isSlow);
        if (!isSlow) return null;
        var (calls, slow) = _window.Read(outcome.EndedAt);
        return calls >= _minCalls && slow >= _share * calls ? _ejection : null;
    }

    /// <inheritdoc/>
    public void Reset() => _window.Clear();
}
