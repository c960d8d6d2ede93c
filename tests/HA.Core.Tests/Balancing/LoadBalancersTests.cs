using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class LoadBalancersTests
{
    [Theory]
    [InlineData("random", typeof(RandomLoadBalancer))]
    [InlineData("round-robin", typeof(RoundRobinLoadBalancer))]
    [InlineData("rr", typeof(RoundRobinLoadBalancer))]
    [InlineData("weighted-round-robin", typeof(WeightedRoundRobinLoadBalancer))]
    [InlineData("wrr", typeof(WeightedRoundRobinLoadBalancer))]
    [InlineData("least-requests", typeof(LeastRequestsLoadBalancer))]
    [InlineData("least", typeof(LeastRequestsLoadBalancer))]
    [InlineData("power-of-two-choices", typeof(PowerOfTwoChoicesLoadBalancer))]
    [InlineData("p2c", typeof(PowerOfTwoChoicesLoadBalancer))]
    [InlineData("relaxed-round-robin", typeof(RoundRobinLoadBalancer))]
    [InlineData("peak-ewma", typeof(PeakEwmaLoadBalancer))]
    [InlineData("ewma", typeof(PeakEwmaLoadBalancer))]
    [InlineData("failure-aware", typeof(FailureAwareLoadBalancer))]
    public void Create_NameOrAlias_MakesThePolicy(string name, Type expected)
    {
        Assert.IsType(expected, LoadBalancers.Create(name, new SeededStream(1)));
        Assert.True(LoadBalancers.IsKnown(name));
    }

    [Fact]
    public void Create_UnknownName_ListsTheKnown()
    {
        var error = Assert.Throws<ArgumentException>(() => LoadBalancers.Create("Round-Robin", new SeededStream(1)));
        Assert.Contains("'Round-Robin'", error.Message, StringComparison.Ordinal);
        Assert.All(LoadBalancers.Names, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.False(LoadBalancers.IsKnown("Round-Robin"));
    }

    [Fact]
    public void Names_Default_IsAmongThem() => Assert.Contains(LoadBalancers.Default, LoadBalancers.Names);

    [Fact]
    public void Create_NoStream_IsRefused() =>
        Assert.All(LoadBalancers.Names, static n => Assert.Throws<ArgumentNullException>(() => LoadBalancers.Create(n, null!)));
}
