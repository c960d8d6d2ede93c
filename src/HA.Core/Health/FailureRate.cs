namespace HA.Core.Health;

/// <summary>Ejects an endpoint when too large a share of its calls failed lately.</summary>
/// <remarks>
/// Sees what failures in a row miss: at 30 % random errors five in a row take six hundred calls, and this sees 50 % within
/// its minimum. Judged at each failure. Calls that were never sent are left out: they say nothing of the server. Overload
/// and calls that taught nothing are neither good nor bad. Safe for concurrent use; takes a lock for a failure, and when a tenth of
/// the window is over.
/// </remarks>
public sealed class FailureRate : IFailureDetector
{
    private readonly CallWindow _window;
    private readonly double _share;
    private readonly int _minCalls;
    private readonly TimeSpan _ejection;
    private SuccessCount _count;

    /// <summary>Creates a detector.</summary>
    /// <param name="share">Share of failures that ejects, above 0 and at most 1.</param>
    /// <param name="window">How far it looks back, in steps of a tenth.</param>
    /// <param name="minCalls">Calls that the window must hold, at least 1.</param>
    /// <param name="ejection">How long.</param>
    /// <param name="time">The clock that outcomes are stamped with.</param>
    public FailureRate(double share, TimeSpan window, int minCalls, TimeSpan ejection, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
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
        if (outcome.Kind == OutcomeKind.Success)
        {
            _window.Look(outcome.EndedAt, successes - 1);
            return null;
        }

        return outcome.Kind == OutcomeKind.Failure && !outcome.IsLocal ? Judge(outcome.EndedAt, successes) : null;
    }

    private TimeSpan? Judge(long failedAt, long successes)
    {
        var (good, bad) = _window.AddBad(failedAt, successes);
        var calls = good + bad;
        return calls >= _minCalls && bad >= _share * calls ? _ejection : null;
    }
}
