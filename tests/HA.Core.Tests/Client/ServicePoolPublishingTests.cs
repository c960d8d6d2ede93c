using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Client;

public sealed class ServicePoolPublishingTests
{
    // A call that saw the catalog and no endpoints was told that nobody can be called.
    [Fact]
    public async Task HasCatalog_WhileEndpointsAreNotYetPublished_IsFalse()
    {
        ServicePool? pool = null;
        var seen = new List<bool>();
        var balancer = new Watching(() =>
        {
            if (pool is not null) seen.Add(pool.HasCatalog);
        });
        pool = new ServicePool("orders", options: new PoolOptions { LoadBalancer = _ => balancer });

        pool.Apply(new ServiceCatalog("orders", 1, [new ServiceInstance("orders", "orders-1", "10.0.0.1", 80)]));

        Assert.Equal([false], seen.ToArray());
        Assert.True(pool.HasCatalog);
        await pool.DisposeAsync();
    }

    private sealed class Watching(Action onPicker) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
        {
            onPicker();
            return new Nobody();
        }
    }

    private sealed class Nobody : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) => null;
    }
}
