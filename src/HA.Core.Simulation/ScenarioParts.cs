using HA.Core.Balancing;
using HA.Core.Registry;
using HA.Core.Simulation.Inspection;

namespace HA.Core.Simulation;

/// <summary>
/// What takes the place of shipped parts in a run of a scenario: a policy or a registry of one's own, to see how it does.
/// </summary>
/// <remarks>Used by all clients of the scenario; instances register with the simulated registry in any case.</remarks>
public sealed record ScenarioParts
{
    /// <summary>Makes the balancing policy of each client; null for the one that the scenario names.</summary>
    public Func<RandomStream, ILoadBalancer>? LoadBalancer { get; init; }

    /// <summary>Stands between each client and its connection to the simulated registry, which it is given; null for nothing.</summary>
    public Func<IServiceRegistry, IServiceRegistry>? Registry { get; init; }

    /// <summary>Follows one call; null if nobody asks about one.</summary>
    internal CallWatch? Watch { get; init; }
}
