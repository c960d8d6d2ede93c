using System.Collections.Immutable;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Uses only some of many endpoints, so that not every client is connected to every server; another policy chooses among
/// them.
/// </summary>
/// <remarks>
/// Clients and endpoints stand on a circle at equal distances, each client in the place of its rank, and a client uses the
/// endpoints of the arc that begins at its place. Arcs tile the circle, so every endpoint gets the same whatever the
/// numbers; one at the edge of an arc is used for the part that is inside (the idea is Finagle's deterministic aperture).
/// If nobody in the arc may be picked, all are used.
/// </remarks>
public sealed class SubsetLoadBalancer : ILoadBalancer, IAsyncDisposable
{
    /// <summary>Endpoints in a subset, unless told otherwise: enough that the loss of one is borne by the others.</summary>
    public const int DefaultSize = 12;

    private const int MaxDraws = 4;

    private readonly RandomStream _random;
    private readonly ILoadBalancer _inner;
    private readonly Func<(int Rank, int Count)> _self;
    private readonly int _size;

    /// <summary>Creates the policy.</summary>
    /// <param name="random">Whether an endpoint at the edge is used.</param>
    /// <param name="inner">Makes the policy that chooses in the subset.</param>
    /// <param name="self">
    /// The caller's place among the clients, from 0, and how many there are: its rank in the ordinal order of their ids in a
    /// registry. Asked whenever endpoints or their health change.
    /// </param>
    /// <param name="size">Endpoints in a subset, at least; at least 1.</param>
    public SubsetLoadBalancer(
        RandomStream random, Func<RandomStream, ILoadBalancer> inner, Func<(int Rank, int Count)> self, int size = DefaultSize)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(self);
        _random = random;
        _inner = inner(random);
        _self = self;
        _size = Check.AtLeast(1, size, nameof(size));
    }

    /// <summary>Ends the policies inside; a pool does that for its own.</summary>
    public ValueTask DisposeAsync() => InnerPolicies.DisposeAsync([_inner]);

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var (rank, count) = _self();
        var arc = Arc(rank, count, snapshot.All.Length, _size);
        if (arc.Length == snapshot.All.Length && Array.TrueForAll(arc, static a => a.Part >= 1)) return _inner.CreatePicker(snapshot);
        ImmutableArray<Endpoint> members = [.. arc.Select(a => a.Index).Order().Select(i => snapshot.All[i])];
        ImmutableArray<Endpoint> eligible = [.. members.Where(snapshot.Eligible.Contains)];
        if (eligible.IsEmpty) return _inner.CreatePicker(snapshot);
        var edges = arc.Where(static a => a.Part < 1).Select(a => (snapshot.All[a.Index], a.Part)).ToArray();
        return new Picker(_random, _inner.CreatePicker(snapshot with { All = members, Eligible = eligible }), edges);
    }

    /// <summary>The endpoints of a client's arc, by index, and which part of each is its own.</summary>
    internal static (int Index, double Part)[] Arc(int rank, int clients, int endpoints, int size)
    {
        if (endpoints == 0) return [];
        if (size >= endpoints || clients <= 0 || rank < 0 || rank >= clients)
            return [.. Enumerable.Range(0, endpoints).Select(static i => (i, 1.0))];
        // In units of which an endpoint is as long as there are clients, and two clients are as far apart as there are
        // endpoints, everything is whole. An arc is a whole number of distances, or arcs would not tile.
        var begin = (long)rank * endpoints;
        var length = Math.Min(Divide((long)size * clients, endpoints) * endpoints, (long)endpoints * clients);
        var arc = new List<(int Index, double Part)>();
        for (var at = begin; at < begin + length;)
        {
            var end = Math.Min(((at / clients) + 1) * clients, begin + length);
            arc.Add(((int)(at / clients % endpoints), (end - at) / (double)clients));
            at = end;
        }

        // An arc as long as the circle ends in the endpoint it began in.
        return [.. arc.GroupBy(static a => a.Index).Select(static g => (g.Key, g.Sum(static a => a.Part)))];
    }

    private static long Divide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    private sealed class Picker(RandomStream random, IEndpointPicker inner, (Endpoint Endpoint, double Part)[] edges) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var picked = inner.Pick(context);
            for (var draw = 1; draw < MaxDraws && picked is not null && !IsKept(picked); draw++) picked = inner.Pick(context);
            return picked;
        }

        private bool IsKept(Endpoint picked)
        {
            foreach (var (endpoint, part) in edges)
            {
                if (endpoint == picked) return random.NextDouble() < part;
            }

            return true;
        }
    }
}
