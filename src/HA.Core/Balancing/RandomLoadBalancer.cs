using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>A uniformly random endpoint for each call. Keeps no state and needs no agreement between clients.</summary>
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
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) =>
        new Picker(_random, ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!);

    private sealed class Picker(RandomStream random, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) =>
            endpoints.Length == 0 ? null : endpoints[random.Next(endpoints.Length)];
    }
}
