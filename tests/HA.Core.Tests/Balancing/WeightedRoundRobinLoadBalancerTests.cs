using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class WeightedRoundRobinLoadBalancerTests
{
    private static int[] Counts(int picks, params int[] weights)
    {
        var snapshot = Orders.Snapshot(Orders.Weighted(weights));
        var picker = new WeightedRoundRobinLoadBalancer(new SeededStream(8)).CreatePicker(snapshot);
        var counts = new int[weights.Length];
        for (var i = 0; i < picks; i++) counts[snapshot.All.IndexOf(picker.Pick(default)!)]++;
        return counts;
    }

    [Fact]
    public void Pick_WholeCycles_AreExactlyByWeight() => Assert.Equal([500, 300, 200], Counts(1000, 5, 3, 2));

    [Fact]
    public void Pick_WeightZero_GetsNothingWhileOthersAreLeft() => Assert.Equal([100, 0, 100], Counts(200, 4, 0, 4));

    [Fact]
    public void Pick_OnlyWeightZero_SharesEqually() => Assert.Equal([50, 50], Counts(100, 0, 0));

    [Fact]
    public void Pick_LargestWeights_StaysCloseToThem()
    {
        var counts = Counts(100_000, 1_000_000, 500_000);
        Assert.InRange(counts[0], 66_600, 66_734);
    }

    [Fact]
    public void Pick_ManyClients_StartAtRandom()
    {
        var snapshot = Orders.Snapshot(Orders.Weighted(1, 1, 1, 1));
        var stream = new SeededStream(9);
        var counts = new int[4];
        for (var client = 0; client < 4_000; client++)
            counts[snapshot.All.IndexOf(new WeightedRoundRobinLoadBalancer(stream).CreatePicker(snapshot).Pick(default)!)]++;
        ChiSquare.AssertUniform(counts);
    }
}
