using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class LeastRequestsLoadBalancerTests
{
    [Fact]
    public void Pick_AnyLoadsAndWeights_IsAlwaysTheLeast()
    {
        var stream = new SeededStream(1);
        for (var round = 0; round < 500; round++)
        {
            var endpoints = Orders.Weighted(Enumerable.Range(0, 1 + stream.Next(10)).Select(_ => 1 + stream.Next(5)));
            foreach (var endpoint in endpoints)
            {
                for (var calls = stream.Next(20); calls > 0; calls--) endpoint.Enter();
            }

            var picked = new LeastRequestsLoadBalancer(stream).CreatePicker(Orders.Snapshot(endpoints)).Pick(default)!;
            var least = endpoints.Min(static e => (e.InFlight + 1) / (double)e.Instance.Weight);
            Assert.Equal(least, (picked.InFlight + 1) / (double)picked.Instance.Weight, 1e-12);
        }
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
