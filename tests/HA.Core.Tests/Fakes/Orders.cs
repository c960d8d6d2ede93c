using System.Collections.Immutable;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Fakes;

/// <summary>The service that every test calls.</summary>
internal static class Orders
{
    public const string Service = "orders";

    public static ServiceInstance Instance(int number, int weight = 1, ServiceStatus status = ServiceStatus.Up) =>
        new(Service, $"orders-{number:000}", $"10.0.{number / 250}.{(number % 250) + 1}", 8080) { Weight = weight, Status = status };

    public static ServiceCatalog Catalog(long revision, params IEnumerable<ServiceInstance> instances) =>
        ServiceCatalog.Create(Service, revision, instances);

    public static ServiceCatalog Catalog(int count, long revision = 1) =>
        Catalog(revision, Enumerable.Range(0, count).Select(static i => Instance(i)));

    public static ImmutableArray<Endpoint> Endpoints(int count) =>
        [.. Enumerable.Range(0, count).Select(static i => new Endpoint(Instance(i)))];

    public static ImmutableArray<Endpoint> Weighted(params IEnumerable<int> weights) =>
        [.. weights.Select(static (w, i) => new Endpoint(Instance(i, w)))];

    public static EndpointSnapshot Snapshot(ImmutableArray<Endpoint> endpoints) =>
        EndpointSnapshot.Create(1, endpoints, panicThreshold: 0.3);

    /// <summary>So many calls go to it and stay.</summary>
    public static void Occupy(this Endpoint endpoint, int calls)
    {
        for (; calls > 0; calls--) endpoint.Enter();
    }

    public static Endpoint WithHealth(this Endpoint endpoint, EndpointHealth health)
    {
        endpoint.Health = health;
        return endpoint;
    }
}
