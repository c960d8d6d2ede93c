namespace HA.Core.Health;

/// <summary>Ejects an endpoint after so many failures in a row.</summary>
/// <remarks>
/// Simple, quick and hard to fool by a low error rate: at 5 % random errors five in a row happen once in three million
/// calls. Overload is neutral: a busy endpoint is not a dead one.
/// </remarks>
public sealed class ConsecutiveFailures : IFailureDetector
{
    /// <summary>Failures in a row that eject, unless said otherwise.</summary>
    public const int DefaultThreshold = 5;

    private readonly int _threshold;
    private readonly TimeSpan _ejection;
    private int _failures;

    /// <summary>Creates a detector.</summary>
    /// <param name="threshold">Failures in a row that eject, at least 1.</param>
    /// <param name="ejection">How long.</param>
    public ConsecutiveFailures(int threshold, TimeSpan ejection)
    {
        _threshold = Check.AtLeast(1, threshold, nameof(threshold));
        _ejection = Check.Positive(ejection, nameof(ejection));
    }

    /// <inheritdoc/>
    public TimeSpan? Observe(in CallOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case OutcomeKind.Success:
                // Written only when it changes: the line stays shared among the processors while all is well.
                if (Volatile.Read(ref _failures) != 0) Volatile.Write(ref _failures, 0);
                return null;
            case OutcomeKind.Failure:
                return Interlocked.Increment(ref _failures) >= _threshold ? _ejection : null;
            default:
                return null;
        }
    }

    /// <inheritdoc/>
    public void Reset() => Volatile.Write(ref _failures, 0);
}
