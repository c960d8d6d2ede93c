using System.Collections.Immutable;

namespace HA.Core.Calls;

/// <summary>How a call ended.</summary>
public enum CallStatus : byte
{
    /// <summary>An endpoint answered, and the answer is a success.</summary>
    Succeeded = 0,

    /// <summary>The last answer is not a success; it is in <see cref="CallResult{TResponse}.Response"/>.</summary>
    Rejected = 1,

    /// <summary>No endpoint answered.</summary>
    Failed = 2,

    /// <summary>There is no endpoint to call.</summary>
    NoEndpoint = 3,

    /// <summary>The call's deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>The caller gave up.</summary>
    Cancelled = 5,

    /// <summary>
    /// It was not sent: the service takes hardly any calls, or too many are under way. See <see cref="CallOptions.Throttle"/>,
    /// <see cref="CallOptions.Bulkhead"/> and <see cref="CallOptions.Concurrency"/>.
    /// </summary>
    Refused = 6,
}

/// <summary>The result of a call, by value.</summary>
/// <typeparam name="TResponse">What an endpoint answers.</typeparam>
public readonly struct CallResult<TResponse>
{
    private readonly CallFailure? _failure;

    internal CallResult(CallStatus status, TResponse? response, int attempts, CallFailure? failure)
    {
        Status = status;
        Response = response;
        Attempts = attempts;
        _failure = failure;
    }

    /// <summary>How the call ended.</summary>
    public CallStatus Status { get; }

    /// <summary>The last answer; there is one if the status is succeeded or rejected.</summary>
    public TResponse? Response { get; }

    /// <summary>Attempts made.</summary>
    public int Attempts { get; }

    /// <summary>The attempts that failed, oldest first.</summary>
    public ImmutableArray<AttemptRecord> FailedAttempts => _failure?.Attempts ?? [];

    /// <summary>Whether an endpoint gave a good answer.</summary>
    public bool IsSuccess => Status == CallStatus.Succeeded;

    /// <summary>What went wrong, as an exception to throw. Not for a success.</summary>
    public ServiceCallException ToException() => new(Status, FailedAttempts, Describe(), LastError);

    /// <summary>What the transport said of the last attempt that failed with an exception.</summary>
    internal Exception? LastError => _failure?.LastError;

    /// <summary>What went wrong, in words: every attempt with its address, and what the registry knew.</summary>
    public string Describe() => _failure?.Describe(Status) ?? $"The call ended as {Status} after {Attempts} attempts.";
}
