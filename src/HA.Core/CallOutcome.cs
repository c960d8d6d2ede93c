namespace HA.Core;

/// <summary>What one attempt taught about the endpoint that served it.</summary>
public enum OutcomeKind : byte
{
    /// <summary>The endpoint did its job (a 404 is a job done).</summary>
    Success = 0,

    /// <summary>The endpoint failed: refused, reset, timed out, answered with a server error.</summary>
    Failure = 1,

    /// <summary>The endpoint is alive and says that it has too much to do.</summary>
    Overload = 2,

    /// <summary>Nothing was learnt: the caller gave up, or this side failed before it sent.</summary>
    Ignored = 3,
}

/// <summary>The outcome of one attempt.</summary>
/// <param name="Kind">What was learnt.</param>
/// <param name="Latency">Time from choosing the endpoint to the answer's headers (or the failure).</param>
/// <param name="EndedAt">When, as a timestamp of the environment's clock.</param>
public readonly record struct CallOutcome(OutcomeKind Kind, TimeSpan Latency, long EndedAt)
{
    /// <summary>
    /// The failure happened on this side or on the way, and nothing was sent: refused, unreachable. Judged apart from what a
    /// server that was reached did wrong.
    /// </summary>
    public bool IsLocal { get; init; }

    /// <summary>What kind of attempt it was.</summary>
    public AttemptKind Attempt { get; init; }
}
