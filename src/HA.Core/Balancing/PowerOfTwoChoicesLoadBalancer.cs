using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Draws two different endpoints at random, by weight, and takes the one with fewer calls in flight for its weight.</summary>
/// <remarks>
/// Exponentially better than one random choice at constant cost, and it does not herd on stale information (Mitzenmacher,
/// "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 2001). The busiest endpoint alone is never taken,
/// and with equal weights none gets more than 2 / N of the calls, whatever it looks like.
/// </remarks>
public sealed class PowerOfTwoChoicesLoadBalancer : IReadsLoads
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public PowerOfTwoChoicesLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        if (Weights.Unequal(snapshot, endpoints) is { } weights) return new WeightedPicker(_random, endpoints, weights);
        return snapshot.Loads is { } loads ? new TablePicker(_random, endpoints, loads) : new Picker(_random, endpoints);
    }

    private sealed class Picker(RandomStream random, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var all = endpoints;
            if (all.Length < 2) return all.Length == 0 ? null : all[0];
            TwoChoices.Draw(random, all.Length, out var first, out var second);
            return all[TwoChoices.Less(all[first].InFlight, all[second].InFlight, first, second)];
        }
    }

    private sealed class TablePicker(RandomStream random, Endpoint[] endpoints, EligibleLoads loads) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var all = endpoints;
            if (all.Length < 2) return all.Length == 0 ? null : all[0];
            TwoChoices.Draw(random, all.Length, out var first, out var second);
            loads.Read(first, second, out var ofFirst, out var ofSecond);
            return all[TwoChoices.Less(ofFirst, ofSecond, first, second)];
        }
    }

    private sealed class WeightedPicker(RandomStream random, Endpoint[] endpoints, int[] weights) : IEndpointPicker
    {
        private readonly AliasTable _draw = new(weights);

        public Endpoint? Pick(in PickContext context)
        {
            TwoChoices.Draw(random, _draw, endpoints.Length, out var first, out var second);
            long a = endpoints[first].InFlight, b = endpoints[second].InFlight;
            long weightOfA = Math.Max(1, weights[first]), weightOfB = Math.Max(1, weights[second]);
            // Better only if less loaded both before and after the call: the first alone favours small endpoints, the second
            // large ones. In doubt the draw decides, and that is by weight.
            var isBetter = b * weightOfA < a * weightOfB & (b + 1) * weightOfA < (a + 1) * weightOfB;
            return endpoints[isBetter ? second : first];
        }
    }
}
