using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// The same key goes to the same endpoint, in every process that knows the same endpoints; a call without a key goes
/// anywhere, by weight.
/// </summary>
/// <remarks>
/// Tables are made of all members, fit or not, and made anew only when members or weights change. While the endpoint of a
/// key is not eligible, and for each retry, the key goes to the next endpoint in its own order, the same in every process.
/// </remarks>
public sealed class ConsistentHashLoadBalancer : IReadsAllLoads
{
    private readonly RandomStream _random;
    private readonly HashScheme _scheme;
    private readonly double? _maxLoad;
    private readonly int _ringPoints;
    private (string Id, int Weight)[] _members = [];
    private IHashTable? _table;

    /// <summary>Creates the policy.</summary>
    /// <param name="random">For calls without a key.</param>
    /// <param name="scheme">How keys are spread.</param>
    /// <param name="maxLoad">
    /// Bounds the load: no endpoint gets a call while it has more in flight than so many times the mean of all, rounded up;
    /// the call goes to the next in the key's order (Mirrokni, Thorup, Zadimoghaddam, SODA 2018). Above 1; null for no bound.
    /// </param>
    /// <param name="ringPoints">
    /// Points of an endpoint of mean weight on the ring of <see cref="HashScheme.Ring"/>, 1 to 10 000: the more, the more
    /// even the shares, and the larger the table. Shares deviate by about one in the root of it.
    /// </param>
    public ConsistentHashLoadBalancer(
        RandomStream random, HashScheme scheme = HashScheme.Maglev, double? maxLoad = null, int ringPoints = HashRing.PointsOfMeanWeight)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (maxLoad is { } given && !(given > 1 && given <= 1000))
            throw new ArgumentOutOfRangeException(nameof(maxLoad), given, "maxLoad must be above 1 and at most 1000; 1.25 is usual.");
        if (!Enum.IsDefined(scheme)) throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "There is no such scheme.");
        if (ringPoints is < 1 or > 10_000)
            throw new ArgumentOutOfRangeException(nameof(ringPoints), ringPoints, "ringPoints must be 1 to 10000; 160 is usual.");
        _ringPoints = ringPoints;
        _random = random;
        _scheme = scheme;
        _maxLoad = maxLoad;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        var bound = _maxLoad is { } maxLoad ? new LoadBound(endpoints, maxLoad) : null;
        if (_scheme == HashScheme.Rendezvous) return new RendezvousPicker(_random, endpoints, bound);
        RefreshTable(snapshot.All);
        return _table is HashRing ring
            ? new TablePicker<HashRing>(_random, ring, Eligible(snapshot), endpoints, bound)
            : new TablePicker<MaglevTable>(_random, (MaglevTable)_table!, Eligible(snapshot), endpoints, bound);
    }

    private void RefreshTable(ImmutableArray<Endpoint> all)
    {
        var members = new (string Id, int Weight)[all.Length];
        var weights = Weights.Of(ImmutableCollectionsMarshal.AsArray(all)!);
        for (var i = 0; i < all.Length; i++) members[i] = (all[i].Instance.Id, weights[i]);
        if (_table is not null && members.AsSpan().SequenceEqual(_members)) return;
        _members = members;
        var names = Array.ConvertAll(members, static m => HashKey.Of(m.Id));
        _table = _scheme == HashScheme.Ring ? new HashRing(names, weights, _ringPoints) : new MaglevTable(names, weights);
    }

    // At the index of each member itself if it may be picked, else null. Both lists are in the same order.
    private static Endpoint?[] Eligible(EndpointSnapshot snapshot)
    {
        var eligible = new Endpoint?[snapshot.All.Length];
        var at = 0;
        for (var i = 0; i < eligible.Length && at < snapshot.Eligible.Length; i++)
        {
            if (snapshot.All[i] == snapshot.Eligible[at]) eligible[i] = snapshot.Eligible[at++];
        }

        return eligible;
    }

    private sealed class TablePicker<TTable>(
        RandomStream random, TTable table, Endpoint?[] members, Endpoint[] endpoints, LoadBound? bound) : IEndpointPicker
        where TTable : struct, IHashTable
    {
        private const int MostSkipped = 16;

        public Endpoint? Pick(in PickContext context)
        {
            if (endpoints.Length == 0) return null;
            var place = table.Length == 0 ? 0 : table.PlaceOf(HashOf(context, random));
            // Nearly always it ends here.
            if (context.Attempt == 0 && bound is null && table.Length > 0 && members[table.MemberAt(place)] is { } first) return first;
            return Walk(place, context.Attempt);
        }

        // Along the table to the next that is somebody else, may be picked, and has room.
        private Endpoint? Walk(int place, int toSkip)
        {
            Span<int> seen = stackalloc int[MostSkipped];
            var count = 0;
            var limit = bound?.Now() ?? default;
            for (var step = 0; step < table.Length && count < MostSkipped; step++)
            {
                var member = table.MemberAt(place);
                if (++place == table.Length) place = 0;
                if (seen[..count].Contains(member)) continue;
                seen[count++] = member;
                if (members[member] is not { } endpoint || !limit.HasRoom(endpoint)) continue;
                if (toSkip-- <= 0) return endpoint;
            }

            return Anybody(random, endpoints, limit);
        }
    }

    private sealed class RendezvousPicker(RandomStream random, Endpoint[] endpoints, LoadBound? bound) : IEndpointPicker
    {
        private readonly ulong[] _names = Array.ConvertAll(endpoints, static e => HashKey.Of(e.Instance.Id));
        private readonly int[] _weights = Weights.Of(endpoints);

        public Endpoint? Pick(in PickContext context)
        {
            if (endpoints.Length == 0) return null;
            var key = HashOf(context, random);
            var limit = bound?.Now() ?? default;
            // The best of all, then the best of what is worse than that, and so on.
            var (worseThan, picked) = (double.MaxValue, -1);
            for (var toSkip = Math.Max(0, context.Attempt); toSkip >= 0; toSkip--)
            {
                var (best, at) = BestBelow(worseThan, key, limit);
                if (at < 0) return Anybody(random, endpoints, limit);
                (worseThan, picked) = (best, at);
            }

            return endpoints[picked];
        }

        private (double Score, int At) BestBelow(double worseThan, ulong key, in LoadBound.Limit limit)
        {
            var (best, at) = (double.MinValue, -1);
            for (var i = 0; i < endpoints.Length; i++)
            {
                var score = HashScore.Of(HashKey.Of(key, _names[i]), _weights[i]);
                if (score <= best || score >= worseThan || !limit.HasRoom(endpoints[i])) continue;
                (best, at) = (score, i);
            }

            return (best, at);
        }
    }

    private static ulong HashOf(in PickContext context, RandomStream random) =>
        context.HashKey == 0 ? random.NextUInt64() : HashKey.Of(context.HashKey, 0);

    private static Endpoint Anybody(RandomStream random, Endpoint[] endpoints, in LoadBound.Limit limit)
    {
        var start = random.Next(endpoints.Length);
        for (var i = 0; i < endpoints.Length; i++)
        {
            var endpoint = endpoints[(start + i) % endpoints.Length];
            if (limit.HasRoom(endpoint)) return endpoint;
        }

        return endpoints[start];
    }
}
