using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class LeastRequestsLoadBalancerTests
{
    [Fact]
    public void Pick_AnyLoads_IsAlwaysTheLeast()
    {
        var stream = new SeededStream(1);
        for (var round = 0; round < 500; round++)
        {
            var endpoints = Orders.Endpoints(1 + stream.Next(40));
            foreach (var endpoint in endpoints) endpoint.Occupy(stream.Next(20));
            var picked = new LeastRequestsLoadBalancer(stream).CreatePicker(Orders.Snapshot(endpoints)).Pick(default)!;
            Assert.Equal(endpoints.Min(static e => e.InFlight), picked.InFlight);
        }
    }

    [Fact]
    public void Pick_IdleWithWeights_SharesByWeight()
    {
        var endpoints = Orders.Weighted(1, 3);
        var picker = new LeastRequestsLoadBalancer(new SeededStream(5)).CreatePicker(Orders.Snapshot(endpoints));
        var heavy = Enumerable.Range(0, 20_000).Count(_ => picker.Pick(default) == endpoints[1]);
        Assert.InRange(heavy, 14_700, 15_300);
    }

    [Fact]
    public void Pick_KeptCalls_FillByWeight()
    {
        var endpoints = Orders.Weighted(5, 3, 2);
        var picker = new LeastRequestsLoadBalancer(new SeededStream(2)).CreatePicker(Orders.Snapshot(endpoints));
        for (var i = 0; i < 1000; i++) picker.Pick(default)!.Enter();
        Assert.Equal([500, 300, 200], endpoints.Select(static e => e.InFlight));
    }

    [Fact]
    public void Pick_Ties_AreFair()
    {
        var endpoints = Orders.Endpoints(8);
        endpoints[0].Enter();
        endpoints[5].Enter();
        var picker = new LeastRequestsLoadBalancer(new SeededStream(3)).CreatePicker(Orders.Snapshot(endpoints));
        var counts = new int[8];
        for (var i = 0; i < 12_000; i++) counts[endpoints.IndexOf(picker.Pick(default)!)]++;
        Assert.Equal(0, counts[0] + counts[5]);
        ChiSquare.AssertUniform([.. counts.Where(static c => c > 0)]);
    }

    [Fact]
    public void Pick_HugeLoadAndWeight_DoesNotOverflow()
    {
        var endpoints = Orders.Weighted(1_000_000, 1);
        for (var i = 0; i < 5_000; i++) endpoints[0].Enter();
        var picker = new LeastRequestsLoadBalancer(new SeededStream(4)).CreatePicker(Orders.Snapshot(endpoints));
        Assert.Same(endpoints[0], picker.Pick(default));
    }
}
