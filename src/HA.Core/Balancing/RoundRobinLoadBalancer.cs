using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Each endpoint in turn. Fair in count, blind to load and weight.</summary>
/// <remarks>The turn outlives snapshots and begins at random, so that clients started together do not move in step.</remarks>
public sealed class RoundRobinLoadBalancer : ILoadBalancer
{
    private readonly TurnCounter? _turn;
    private readonly RelaxedTurns? _relaxed;

    /// <summary>Creates the policy.</summary>
    /// <param name="random">Where the turn begins.</param>
    /// <param name="isRelaxed">
    /// Each thread takes its turns in blocks of 64: several times cheaper, exact for each thread, and for all together
    /// only over many calls.
    /// </param>
    public RoundRobinLoadBalancer(RandomStream random, bool isRelaxed = false)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (isRelaxed) _relaxed = new RelaxedTurns(random);
        else _turn = new TurnCounter(random);
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        return _relaxed is null ? new Picker(_turn!, endpoints) : new RelaxedPicker(_relaxed, endpoints);
    }

    private sealed class Picker(TurnCounter turn, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            // Read before the turn is taken: nothing is read ahead of an atomic operation.
            var all = endpoints;
            return all.Length == 0 ? null : all[turn.Next() % (uint)all.Length];
        }
    }

    private sealed class RelaxedPicker(RelaxedTurns turns, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var all = endpoints;
            return all.Length == 0 ? null : all[turns.Next() % (uint)all.Length];
        }
    }
}
