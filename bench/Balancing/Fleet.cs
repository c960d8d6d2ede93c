using HA.Core.Balancing;
using HA.Core.Client;

namespace HA.Core.Bench.Balancing;

/// <summary>
/// Pools with so many endpoints, some of them busy and all with a history: idle and unknown ones would make every
/// comparison predictable.
/// </summary>
internal static class Fleet
{
    private const int Outcomes = 10;

    internal static ServicePool Pool(string balancer, int count, bool isWeighted = false)
    {
        var pool = new ServicePool("orders", options: new PoolOptions { LoadBalancer = r => LoadBalancers.Create(balancer, r) });
        pool.Apply(Catalog(count, 1, isWeighted));
        var random = new Random(1);
        foreach (var endpoint in pool.Snapshot.All)
        {
            for (var busy = random.Next(8); busy > 0; busy--) endpoint.Enter();
            for (var i = 0; i < Outcomes; i++)
            {
                var latency = TimeSpan.FromMilliseconds(5 + (random.NextDouble() * 10));
                endpoint.Learn(new CallOutcome(OutcomeKind.Success, latency, ServiceEnvironment.System.Time.GetTimestamp()));
            }
        }

        return pool;
    }

    internal static ServiceCatalog Catalog(int count, long revision, bool isWeighted) =>
        ServiceCatalog.Create("orders", revision, Enumerable.Range(0, count).Select(i => Instance(i, isWeighted ? 1 + (i % 10) : 1)));

    internal static ServiceInstance Instance(int i, int weight) =>
        new("orders", $"orders-{i:00000}", $"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", 8080) { Weight = weight };

    internal static IEndpointPicker Picker(string balancer, int count, bool isWeighted = false)
    {
        var snapshot = Pool(balancer, count, isWeighted).Snapshot;
        return LoadBalancers.Create(balancer, ServiceEnvironment.System.Random("bench")).CreatePicker(snapshot);
    }
}
