using System.Collections.Immutable;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Keeps calls in the caller's zone as far as that loads all endpoints alike, and sends the rest to zones with room; inside
/// a zone another policy chooses.
/// </summary>
/// <remarks>
/// Needs to know where the other clients are, which a registry that they register with knows. A zone with at least as large
/// a share of the endpoints as of the clients keeps all of its calls; another keeps what its endpoints can take, and the
/// rest is spread over the zones with more endpoints than clients, by how many more (the rule is Envoy's). With fewer than
/// six endpoints, in panic, or if the caller's zone or the clients are not known, zones do not count.
/// </remarks>
public sealed class ZoneAwareLoadBalancer : ILoadBalancer, IAsyncDisposable
{
    /// <summary>With fewer endpoints, each counts too much to keep some of them for a zone.</summary>
    internal const int LeastEndpoints = 6;

    // Of which shares are cut: fine enough for anything that can be observed.
    private const int Whole = 1 << 20;

    private readonly RandomStream _random;
    private readonly Func<RandomStream, ILoadBalancer> _inner;
    private readonly string? _zone;
    private readonly Func<IEnumerable<string?>> _clientZones;
    private readonly SortedDictionary<string, ILoadBalancer> _balancers = new(StringComparer.Ordinal);
    private readonly ILoadBalancer _everywhere;

    /// <summary>Creates the policy.</summary>
    /// <param name="random">Which zone a call goes to.</param>
    /// <param name="inner">Makes the policy for each zone.</param>
    /// <param name="zone">The caller's zone; null if it has none.</param>
    /// <param name="clientZones">
    /// The zone of each client of the service, the caller included. Asked whenever endpoints or their health change; a
    /// client that follows its own service has them in the snapshot of that pool.
    /// </param>
    public ZoneAwareLoadBalancer(
        RandomStream random, Func<RandomStream, ILoadBalancer> inner, string? zone, Func<IEnumerable<string?>> clientZones)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(clientZones);
        _random = random;
        _inner = inner;
        _zone = zone;
        _clientZones = clientZones;
        _everywhere = inner(random);
    }

    /// <summary>Ends the policies inside; a pool does that for its own.</summary>
    public ValueTask DisposeAsync() => InnerPolicies.DisposeAsync(_balancers.Values.Append(_everywhere));

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = Count(snapshot.Eligible.Select(static e => e.Instance.Zone));
        var clients = Count(_clientZones());
        if (_zone is null || snapshot.IsPanic || snapshot.Eligible.Length < LeastEndpoints || !clients.ContainsKey(_zone))
            return _everywhere.CreatePicker(snapshot);

        var shares = Shares(_zone, clients, endpoints);
        var groups = shares.Select(s => (PickerOf(s.Zone, snapshot), (int)Math.Max(1, s.Share * Whole))).ToArray();
        return groups switch
        {
            [] => _everywhere.CreatePicker(snapshot),
            [var (only, _)] => only,
            _ => new GroupPicker(_random, groups),
        };
    }

    /// <summary>The share of its calls that a client in <paramref name="zone"/> sends to each zone.</summary>
    internal static (string Zone, double Share)[] Shares(
        string zone, SortedDictionary<string, int> clients, SortedDictionary<string, int> endpoints)
    {
        double allClients = clients.Values.Sum(), allEndpoints = endpoints.Values.Sum();
        double OfClients(string z) => clients.GetValueOrDefault(z) / allClients;
        double OfEndpoints(string z) => endpoints.GetValueOrDefault(z) / allEndpoints;

        if (OfEndpoints(zone) >= OfClients(zone)) return [(zone, 1)];
        var local = OfEndpoints(zone) / OfClients(zone);
        var room = endpoints.Keys.Where(z => OfEndpoints(z) > OfClients(z))
            .Select(z => (Zone: z, Room: OfEndpoints(z) - OfClients(z))).ToArray();
        var all = room.Sum(static r => r.Room);
        var elsewhere = room.Select(r => (r.Zone, (1 - local) * r.Room / all));
        return local > 0 ? [(zone, local), .. elsewhere] : [.. elsewhere];
    }

    private IEndpointPicker PickerOf(string zone, EndpointSnapshot snapshot)
    {
        if (!_balancers.TryGetValue(zone, out var balancer)) _balancers.Add(zone, balancer = _inner(_random));
        return balancer.CreatePicker(snapshot with { All = In(zone, snapshot.All), Eligible = In(zone, snapshot.Eligible) });
    }

    private static ImmutableArray<Endpoint> In(string zone, ImmutableArray<Endpoint> endpoints) =>
        [.. endpoints.Where(e => (e.Instance.Zone ?? "") == zone)];

    // Whoever names no zone is in one of its own.
    private static SortedDictionary<string, int> Count(IEnumerable<string?> zones)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var zone in zones) counts[zone ?? ""] = counts.GetValueOrDefault(zone ?? "") + 1;
        return counts;
    }
}
