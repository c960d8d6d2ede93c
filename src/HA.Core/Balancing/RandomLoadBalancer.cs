using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>A random endpoint for each call, by weight. Keeps no state and needs no agreement between clients.</summary>
public sealed class RandomLoadBalancer : ILoadBalancer
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public RandomLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        return Weights.Unequal(snapshot, endpoints) is { } weights
            ? new WeightedPicker(_random, endpoints, new AliasTable(weights))
            : new Picker(_random, endpoints);
    }

    private sealed class Picker(RandomStream random, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) =>
            endpoints.Length == 0 ? null : endpoints[random.Next(endpoints.Length)];
    }

    private sealed class WeightedPicker(RandomStream random, Endpoint[] endpoints, AliasTable weights) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) => endpoints[weights.Draw(random)];
    }
}
