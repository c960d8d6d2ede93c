namespace HA.Core.Health;

/// <summary>Counts successes for a detector that is shown outcomes without being told how many there were.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal struct SuccessCount
{
    private long _count;

    /// <summary>How many there are, this outcome included.</summary>
    internal long With(in CallOutcome outcome) =>
        outcome.Kind == OutcomeKind.Success ? Interlocked.Increment(ref _count) : Volatile.Read(ref _count);
}
