namespace HA.Core;

/// <summary>
/// How fit an endpoint is, in this process's own opinion. Ordered: the larger the worse; independent signals combine by
/// the worst.
/// </summary>
public enum EndpointHealth : byte
{
    /// <summary>Takes traffic.</summary>
    Healthy = 0,

    /// <summary>Not yet checked; takes traffic.</summary>
    Unknown = 1,

    /// <summary>On probation after an ejection: a few calls at a time until it has proven itself.</summary>
    Probing = 2,

    /// <summary>Takes no new calls: it is about to leave.</summary>
    Draining = 3,

    /// <summary>Takes no calls, except in panic.</summary>
    Unhealthy = 4,
}
