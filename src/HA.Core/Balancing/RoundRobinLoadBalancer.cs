using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Each endpoint in turn. Fair in count, blind to load.</summary>
/// <remarks>The turn outlives snapshots and begins at random, so that clients started together do not move in step.</remarks>
public sealed class RoundRobinLoadBalancer : ILoadBalancer
{
    private readonly TurnCounter _turn;

    /// <summary>Creates the policy.</summary>
    public RoundRobinLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _turn = new TurnCounter(random);
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) =>
        new Picker(_turn, ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!);

    private sealed class Picker(TurnCounter turn, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) =>
            endpoints.Length == 0 ? null : endpoints[turn.Next() % (uint)endpoints.Length];
    }
}
