namespace HA.Core.Calls;

/// <summary>What became of an attempt on the network.</summary>
public enum AttemptStatus : byte
{
    /// <summary>The endpoint answered; whether it succeeded is for an <see cref="IOutcomeClassifier{TResponse}"/> to say.</summary>
    Answered = 0,

    /// <summary>It provably never left: refused, unreachable, no TLS. Safe to send again, whatever it is.</summary>
    NotSent = 1,

    /// <summary>It broke after it may have been sent: the endpoint may have done it.</summary>
    Broken = 2,

    /// <summary>No answer in time: the endpoint may have done it.</summary>
    TimedOut = 3,

    /// <summary>The caller gave up.</summary>
    Cancelled = 4,
}

/// <summary>The result of one attempt, by value: exceptions cost microseconds for each frame they cross.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Response">The answer, if there is one.</param>
/// <param name="Error">What went wrong, if that is known.</param>
public readonly record struct AttemptResult<TResponse>(AttemptStatus Status, TResponse? Response, Exception? Error)
{
    /// <summary>The endpoint answered.</summary>
    public static AttemptResult<TResponse> Answered(TResponse response) => new(AttemptStatus.Answered, response, null);

    /// <summary>There is no answer.</summary>
    public static AttemptResult<TResponse> Failed(AttemptStatus status, Exception? error = null) => new(status, default, error);
}
