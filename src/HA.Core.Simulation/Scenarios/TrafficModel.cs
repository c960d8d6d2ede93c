namespace HA.Core.Simulation.Scenarios;

/// <summary>How calls arrive.</summary>
public enum ArrivalProcess
{
    /// <summary>Independently of each other, at random.</summary>
    Poisson,

    /// <summary>At equal distances.</summary>
    Paced,
}

/// <summary>
/// The calls that arrive, whether or not earlier ones have been answered (an open loop: a closed one slows down with the
/// service and so hides its trouble).
/// </summary>
public sealed record TrafficModel
{
    /// <summary>Share of the service's capacity at the start that is asked for; ignored if <see cref="Rate"/> is set.</summary>
    public double Load { get; init; } = 0.5;

    /// <summary>Calls per second of all clients together; null to follow <see cref="Load"/>.</summary>
    public double? Rate { get; init; }

    /// <summary>How calls are spread in time.</summary>
    public ArrivalProcess Process { get; init; } = ArrivalProcess.Poisson;

    /// <summary>Share of the calls that may safely be sent twice.</summary>
    public double IdempotentShare { get; init; } = 1;
}
