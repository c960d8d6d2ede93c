namespace HA.Core;

/// <summary>How a call ended, as its caller saw it.</summary>
public enum CallEnding : byte
{
    /// <summary>A good answer, and no attempt had failed.</summary>
    Success = 0,

    /// <summary>A good answer after at least one attempt had failed: failing over has paid.</summary>
    Recovered = 1,

    /// <summary>No good answer from anybody, or none in time.</summary>
    Exhausted = 2,

    /// <summary>It was not sent, to spare the service.</summary>
    Rejected = 3,

    /// <summary>The caller gave up.</summary>
    Cancelled = 4,
}

/// <summary>Why an attempt, or a whole call, came to nothing.</summary>
public enum FailureCause : byte
{
    /// <summary>It did not fail.</summary>
    None = 0,

    /// <summary>The endpoint was not reached: nothing was sent.</summary>
    Unreachable = 1,

    /// <summary>The connection broke after something may have been sent.</summary>
    Broken = 2,

    /// <summary>There was no answer in time.</summary>
    Timeout = 3,

    /// <summary>The answer was no success.</summary>
    Answer = 4,

    /// <summary>There was nobody to call.</summary>
    NoEndpoint = 5,
}

/// <summary>What kind of attempt it is.</summary>
public enum AttemptKind : byte
{
    /// <summary>The first of its call.</summary>
    Initial = 0,

    /// <summary>Made because an earlier one failed.</summary>
    Retry = 1,

    /// <summary>Made because an earlier one takes long, and beside it.</summary>
    Hedge = 2,
}

/// <summary>Why an endpoint was ejected.</summary>
public enum EjectionReason : byte
{
    /// <summary>Calls to it failed, or were slow.</summary>
    Calls = 0,

    /// <summary>It compares badly with its peers.</summary>
    Outlier = 1,

    /// <summary>It was on probation, and a call to it failed again.</summary>
    Probation = 2,

    /// <summary>Somebody said so.</summary>
    ByHand = 3,
}

/// <summary>A call that has ended.</summary>
/// <param name="Ending">How.</param>
/// <param name="Attempts">Attempts made.</param>
/// <param name="Latency">Time from its beginning to its end, all attempts and waits together.</param>
/// <param name="Cause">Why it came to nothing; none if it did not, or if its caller gave up.</param>
public readonly record struct CallSummary(CallEnding Ending, int Attempts, TimeSpan Latency, FailureCause Cause);
