namespace HA.Core.Health;

/// <summary>Ejects an endpoint when too large a share of its calls failed lately.</summary>
/// <remarks>
/// Sees what failures in a row miss: at 30 % random errors five in a row take six hundred calls, and this sees 50 % within
/// its minimum. Judged at each failure. Calls that were never sent are left out: they say nothing of the server. Overload
/// and calls that taught nothing are neither good nor bad. Safe for concurrent use, lock-free.
/// </remarks>
public sealed class FailureRate : IFailureDetector
{
    private readonly CallWindow _window;
    private readonly double _share;
    private readonly int _minCalls;
    private readonly TimeSpan _ejection;

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
    public TimeSpan? Observe(in CallOutcome outcome)
    {
        if (outcome.IsLocal || outcome.Kind is not (OutcomeKind.Success or OutcomeKind.Failure)) return null;
        var isBad = outcome.Kind == OutcomeKind.Failure;
        _window.Add(outcome.EndedAt, isBad);
        if (!isBad) return null;
        var (calls, bad) = _window.Read(outcome.EndedAt);
        return calls >= _minCalls && bad >= _share * calls ? _ejection : null;
    }

    /// <inheritdoc/>
    public void Reset() => _window.Clear();
}
