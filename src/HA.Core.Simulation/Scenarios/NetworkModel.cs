using HA.Core.Registry;
using HA.Core.Simulation.Distributions;

namespace HA.Core.Simulation.Scenarios;

/// <summary>What is between the processes.</summary>
public sealed record NetworkModel
{
    /// <summary>How long a message takes, one way.</summary>
    public Distribution Latency { get; init; } = new Constant(TimeSpan.FromMicroseconds(250));
}

/// <summary>The registry that both sides use.</summary>
public sealed record RegistryModel
{
    /// <summary>How long an entry outlives its last renewal.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How clients follow it.</summary>
    public CatalogWatcherOptions Watch { get; init; } = new();
}
