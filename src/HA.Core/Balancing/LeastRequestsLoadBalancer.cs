using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>The endpoint with the fewest calls in flight for its weight; ties are broken at random.</summary>
/// <remarks>
/// Looks at every endpoint, so it suits tens of them; <see cref="PowerOfTwoChoicesLoadBalancer"/> comes close at any
/// number. Ties must not go to the first in order, or idle clients would all meet on it.
/// </remarks>
public sealed class LeastRequestsLoadBalancer : ILoadBalancer
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public LeastRequestsLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) =>
        new Picker(_random, ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!);

    private sealed class Picker(RandomStream random, Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            Endpoint? least = null;
            long leastLoad = 0, leastWeight = 1;
            var ties = 0;
            foreach (var endpoint in endpoints)
            {
                // The call to come counts, or an idle endpoint would look the same at any weight.
                long load = endpoint.InFlight + 1, weight = Math.Max(1, endpoint.Instance.Weight);
                var order = least is null ? -1 : (load * leastWeight).CompareTo(leastLoad * weight);
                if (order > 0) continue;
                ties = order < 0 ? 1 : ties + 1;
                // Keeping the k-th tie with chance 1/k leaves each of them equally likely.
                if (order == 0 && random.Next(ties) != 0) continue;
                (least, leastLoad, leastWeight) = (endpoint, load, weight);
            }

            return least;
        }
    }
}
