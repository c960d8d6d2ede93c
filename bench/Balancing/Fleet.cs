using HA.Core.Balancing;
using HA.Core.Client;

namespace HA.Core.Bench.Balancing;

/// <summary>Pools with so many endpoints, some of them busy: idle ones would make every comparison predictable.</summary>
internal static class Fleet
{
    internal static ServicePool Pool(string balancer, int count)
    {
        var pool = new ServicePool("orders", options: new PoolOptions { LoadBalancer = r => LoadBalancers.Create(balancer, r) });
        pool.Apply(ServiceCatalog.Create("orders", 1, Enumerable.Range(0, count).Select(static i =>
            new ServiceInstance("orders", $"orders-{i:00000}", $"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", 8080) { Weight = 1 + i % 10 })));
        var random = new Random(1);
        foreach (var endpoint in pool.Snapshot.All)
        {
            for (var busy = random.Next(8); busy > 0; busy--) endpoint.Enter();
        }

        return pool;
    }

    internal static IEndpointPicker Picker(string balancer, int count)
    {
        var snapshot = Pool(balancer, count).Snapshot;
        return LoadBalancers.Create(balancer, ServiceEnvironment.System.Random("bench")).CreatePicker(snapshot);
    }
}
