using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>The endpoint with the fewest calls in flight for its weight; ties are broken at random.</summary>
/// <remarks>
/// Looks at every endpoint, so it suits up to about a thousand; <see cref="PowerOfTwoChoicesLoadBalancer"/> comes close at
/// any number. Ties must not go to the first in order, or idle clients would all meet on it; nor, with unequal weights, to
/// the heaviest.
/// </remarks>
public sealed class LeastRequestsLoadBalancer : IReadsAllLoads
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public LeastRequestsLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        if (Weights.Unequal(snapshot, endpoints) is { } weights) return new WeightedPicker(_random, endpoints, weights);
        return LoadRows.Of(endpoints) is { } rows
            ? new RowPicker(_random, endpoints, rows)
            : new Picker(_random, endpoints);
    }

    private sealed class RowPicker(RandomStream random, Endpoint[] endpoints, LoadRows rows) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var least = rows.Least();
            var ties = rows.CountOf(least);
            // Calls come and go between the looks; then any of the least is as good as any other.
            return rows.Find(least, ties < 2 ? 0 : random.Next(ties)) ?? PickTie(random, endpoints);
        }
    }

    private sealed class Picker(RandomStream random, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) => PickTie(random, endpoints);
    }

    private static Endpoint? PickTie(RandomStream random, Endpoint[] endpoints)
    {
        Endpoint? least = null;
        int leastLoad = int.MaxValue, ties = 0;
        foreach (var endpoint in endpoints)
        {
            var load = endpoint.InFlight;
            if (load > leastLoad) continue;
            ties = load < leastLoad ? 1 : ties + 1;
            // Keeping the k-th tie with chance 1/k leaves each of them equally likely.
            if (load == leastLoad && random.Next(ties) != 0) continue;
            (least, leastLoad) = (endpoint, load);
        }

        return least;
    }

    private sealed class WeightedPicker(RandomStream random, Endpoint[] endpoints, int[] weights) : IEndpointPicker
    {
        private readonly AliasTable _draw = new(weights);

        public Endpoint? Pick(in PickContext context)
        {
            // Least loaded after the call: that fills by weight, but sends the calls of a nearly idle client to the heaviest
            // endpoint alone. So a draw by weight stands unless the other is less loaded before the call as well.
            var best = LeastAfter();
            var drawn = (int)_draw.Draw(random);
            var isBetter = endpoints[best].InFlight * WeightOf(drawn) < endpoints[drawn].InFlight * WeightOf(best);
            return endpoints[isBetter ? best : drawn];
        }

        private int LeastAfter()
        {
            int least = 0, ties = 1;
            long leastLoad = endpoints[0].InFlight + 1;
            for (var i = 1; i < endpoints.Length; i++)
            {
                long load = endpoints[i].InFlight + 1, product = load * WeightOf(least), leastProduct = leastLoad * WeightOf(i);
                if (product > leastProduct) continue;
                ties = product < leastProduct ? 1 : ties + 1;
                if (product == leastProduct && random.Next(ties) != 0) continue;
                (least, leastLoad) = (i, load);
            }

            return least;
        }

        private long WeightOf(int index) => Math.Max(1, weights[index]);
    }
}
