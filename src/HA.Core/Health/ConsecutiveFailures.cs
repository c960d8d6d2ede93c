namespace HA.Core.Health;

/// <summary>Ejects an endpoint after so many failures in a row.</summary>
/// <remarks>
/// Simple, quick and hard to fool by a low error rate: at 5 % random errors five in a row happen once in three million
/// calls. Overload is neutral: a busy endpoint is not a dead one. Calls that were never sent are counted apart: whoever
/// refuses connections is not there, and three refusals say so. A failure that reached the server ends a row of refusals; a
/// refusal does not end a row of failures.
/// </remarks>
public sealed class ConsecutiveFailures : IFailureDetector
{
    /// <summary>Failures in a row that eject, unless said otherwise.</summary>
    public const int DefaultThreshold = HealthDefaults.FailureThreshold;

    private readonly int _threshold;
    private readonly int _localThreshold;
    private readonly TimeSpan _ejection;
    private int _failures;
    private int _localFailures;

    /// <summary>Creates a detector.</summary>
    /// <param name="threshold">Failures in a row that eject, at least 1.</param>
    /// <param name="ejection">How long.</param>
    /// <param name="localThreshold">Failures in a row to reach it at all that eject, at least 1.</param>
    public ConsecutiveFailures(int threshold, TimeSpan ejection, int localThreshold = HealthDefaults.LocalFailureThreshold)
    {
        _threshold = Check.AtLeast(1, threshold, nameof(threshold));
        _ejection = Check.Positive(ejection, nameof(ejection));
        _localThreshold = Check.AtLeast(1, localThreshold, nameof(localThreshold));
    }

    /// <inheritdoc/>
    public TimeSpan? Observe(in CallOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case OutcomeKind.Success:
                Clear(ref _failures);
                Clear(ref _localFailures);
                return null;
            case OutcomeKind.Failure when outcome.IsLocal:
                return Interlocked.Increment(ref _localFailures) >= _localThreshold ? _ejection : null;
            case OutcomeKind.Failure:
                Clear(ref _localFailures);
                return Interlocked.Increment(ref _failures) >= _threshold ? _ejection : null;
            default:
                return null;
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Clear(ref _failures);
        Clear(ref _localFailures);
    }

    // Written only when it changes: the line stays shared among the processors while all is well.
    private static void Clear(ref int count)
    {
        if (Volatile.Read(ref count) != 0) Volatile.Write(ref count, 0);
    }
}
