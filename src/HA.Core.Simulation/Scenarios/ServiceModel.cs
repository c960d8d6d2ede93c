using System.Collections.Immutable;
using HA.Core.Simulation.Distributions;

namespace HA.Core.Simulation.Scenarios;

/// <summary>A service: how many instances, and how each serves.</summary>
public sealed record ServiceModel
{
    /// <summary>Name of the service; instances are called <c>name-1</c>, <c>name-2</c> and so on.</summary>
    public string Name { get; init; } = "orders";

    /// <summary>Instances at the start, 1 to 100 000.</summary>
    public int Instances { get; init; } = 3;

    /// <summary>Zones that the instances are spread over in turn; none by default.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>Weights that the instances take in turn; 1 by default.</summary>
    public ImmutableArray<int> Weights { get; init; } = [];

    /// <summary>Calls that an instance serves at once.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Calls that may wait at an instance; more are answered with "overloaded" at once.</summary>
    public int Queue { get; init; } = 1000;

    /// <summary>How long one call keeps a worker busy.</summary>
    public Distribution ServiceTime { get; init; } = new Exponential(TimeSpan.FromMilliseconds(10));

    /// <summary>How long a process is slower after its start, less and less; zero if it is not.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.Zero;

    /// <summary>Factor on the time of a call at the very start of <see cref="WarmUp"/>.</summary>
    public double ColdFactor { get; init; } = 5;

    /// <summary>Calls per second that all instances together can serve.</summary>
    public double CapacityPerSecond => Instances * Workers / ServiceTime.MeanSeconds;
}
