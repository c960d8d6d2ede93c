namespace HA.Core.Health;

/// <summary>Ejects an endpoint when too large a share of its calls was slow lately.</summary>
/// <remarks>
/// Only calls that succeeded are looked at: those that failed are for others to judge. Judged at each slow call. A balancer
/// that counts calls in flight sends a slow endpoint less by itself, so this is for slowness that must not be served at all.
/// Safe for concurrent use; takes a lock for a slow call, and when a tenth of the window is over.
/// </remarks>
public sealed class SlowCalls : IFailureDetector
{
    private readonly CallWindow _window;
    private readonly TimeSpan _limit;
    private readonly double _share;
    private readonly int _minCalls;
    private readonly TimeSpan _ejection;
    private SuccessCount _count;

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
    public TimeSpan? Observe(in CallOutcome outcome) => ((IFailureDetector)this).Observe(outcome, _count.With(outcome));

    /// <inheritdoc/>
    public void Reset() => _window.Clear();

    /// <inheritdoc/>
    TimeSpan? IFailureDetector.Observe(in CallOutcome outcome, long successes)
    {
        if (outcome.Kind != OutcomeKind.Success) return null;
        if (outcome.Latency >= _limit) return Judge(outcome.EndedAt, successes);
        _window.Look(outcome.EndedAt, successes - 1);
        return null;
    }

    private TimeSpan? Judge(long endedAt, long successes)
    {
        // A slow call is one of those that succeeded.
        var (before, slow) = _window.AddBad(endedAt, successes - 1);
        var calls = before + 1;
        return calls >= _minCalls && slow >= _share * calls ? _ejection : null;
    }
}
