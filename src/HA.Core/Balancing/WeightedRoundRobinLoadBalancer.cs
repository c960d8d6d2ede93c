using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Each endpoint in turn, as often as its weight asks, spread as evenly as possible.</summary>
/// <remarks>
/// The order is laid out once per snapshot (see <see cref="WeightedSchedule"/>), so a pick costs what plain round robin
/// costs at any number of endpoints and any weights.
/// </remarks>
public sealed class WeightedRoundRobinLoadBalancer : ILoadBalancer
{
    private readonly TurnCounter _turn;

    /// <summary>Creates the policy.</summary>
    public WeightedRoundRobinLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _turn = new TurnCounter(random);
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        if (Weights.Unequal(snapshot, endpoints) is not { } weights) return new Picker(_turn, endpoints);
        return new Picker(_turn, Array.ConvertAll(WeightedSchedule.Create(weights), slot => endpoints[slot]));
    }

    private sealed class Picker(TurnCounter turn, Endpoint[] schedule) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            // Read before the turn is taken: nothing is read ahead of an atomic operation.
            var all = schedule;
            return all.Length == 0 ? null : all[turn.Next() % (uint)all.Length];
        }
    }
}
