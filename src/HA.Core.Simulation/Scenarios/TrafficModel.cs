using System.Collections.Immutable;
using HA.Core.Simulation.Distributions;

namespace HA.Core.Simulation.Scenarios;

/// <summary>How calls arrive.</summary>
public enum ArrivalProcess
{
    /// <summary>Independently of each other, at random.</summary>
    Poisson,

    /// <summary>At equal distances.</summary>
    Paced,

    /// <summary>At recorded distances: <see cref="TrafficModel.Gaps"/>, from the start again when all are used.</summary>
    Recorded,

    /// <summary>
    /// A closed loop: so many users, each of whom thinks, calls, and waits for the answer. It slows down with the service.
    /// </summary>
    Closed,
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

    /// <summary>Ramps and spikes: how the rate changes, in the order of time. None by default.</summary>
    public ImmutableArray<RateChange> Changes { get; init; } = [];

    /// <summary>Calls that arrive together each time; the rate counts calls, not arrivals. 1 by default.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Distances between calls of one client, for <see cref="ArrivalProcess.Recorded"/>.</summary>
    public ImmutableArray<TimeSpan> Gaps { get; init; } = [];

    /// <summary>Users of all clients together, for <see cref="ArrivalProcess.Closed"/>.</summary>
    public int Users { get; init; } = 10;

    /// <summary>How long a user thinks before each call, for <see cref="ArrivalProcess.Closed"/>.</summary>
    public Distribution Think { get; init; } = new Exponential(TimeSpan.FromSeconds(1));

    /// <summary>Different things that calls are about, each in turn, for policies that look at keys; 0 if nothing.</summary>
    public int Keys { get; init; }

    /// <summary>Share of the calls that may safely be sent twice.</summary>
    public double IdempotentShare { get; init; } = 1;
}

/// <summary>A change of the rate at which calls arrive: at once, or in a straight line.</summary>
public sealed record RateChange
{
    /// <summary>When it begins, from the start of the run.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Calls per second of all clients together afterwards; 0 for silence.</summary>
    public double Rate { get; init; }

    /// <summary>How long the change takes; zero for at once.</summary>
    public TimeSpan Over { get; init; }
}
