using HA.Core.Balancing;
using HA.Core.Health;
using HA.Core.Registry;

namespace HA.Core.Client;

/// <summary>How a pool chooses and judges its endpoints. A new instance holds the recommended values.</summary>
public sealed record PoolOptions
{
    /// <summary>Makes the balancing policy of a pool.</summary>
    /// <value>The default is <see cref="FailureAwareLoadBalancer"/>.</value>
    public Func<RandomStream, ILoadBalancer> LoadBalancer { get; init; } =
        static random => LoadBalancers.Create(LoadBalancers.Default, random);

    /// <summary>How health is judged.</summary>
    public HealthOptions Health { get; init; } = new();

    /// <summary>How the registry is followed.</summary>
    public CatalogWatcherOptions Watch { get; init; } = new();
}
