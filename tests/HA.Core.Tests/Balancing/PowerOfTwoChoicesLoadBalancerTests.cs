using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class PowerOfTwoChoicesLoadBalancerTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Pick_OneStrictlyBusiest_IsNeverTaken(int count)
    {
        var endpoints = Orders.Endpoints(count);
        var busiest = endpoints[count / 2];
        busiest.Enter();
        var picker = new PowerOfTwoChoicesLoadBalancer(new SeededStream(1)).CreatePicker(Orders.Snapshot(endpoints));
        for (var i = 0; i < 20_000; i++) Assert.NotSame(busiest, picker.Pick(default));
    }

    // With loads 0, 1, 2 ... the less loaded of two distinct choices tells which was the smaller: of all ordered pairs,
    // the one of rank r wins 2 (n - 1 - r) times.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Pick_DistinctLoads_ShowTwoDistinctUniformChoices(int count)
    {
        var endpoints = Orders.Endpoints(count);
        for (var i = 0; i < count; i++)
        {
            for (var call = 0; call < i; call++) endpoints[i].Enter();
        }

        var picker = new PowerOfTwoChoicesLoadBalancer(new SeededStream(2)).CreatePicker(Orders.Snapshot(endpoints));
        var wins = new int[count];
        const int Picks = 200_000;
        for (var i = 0; i < Picks; i++) wins[picker.Pick(default)!.InFlight]++;
        var statistic = 0.0;
        for (var rank = 0; rank < count - 1; rank++)
        {
            var expected = Picks * 2.0 * (count - 1 - rank) / (count * (count - 1));
            statistic += (wins[rank] - expected) * (wins[rank] - expected) / expected;
        }

        Assert.Equal(0, wins[count - 1]);
        Assert.True(statistic < (count - 1) + (6 * Math.Sqrt(2 * (count - 1))) + 10, $"{statistic}");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Pick_AllIdle_IsUniform(int count)
    {
        var snapshot = Orders.Snapshot(Orders.Endpoints(count));
        var picker = new PowerOfTwoChoicesLoadBalancer(new SeededStream(3)).CreatePicker(snapshot);
        var counts = new int[count];
        for (var i = 0; i < 1000 * count; i++) counts[snapshot.All.IndexOf(picker.Pick(default)!)]++;
        ChiSquare.AssertUniform(counts);
    }

    // The extreme draws: first and second choice are the halves of one number.
    [Theory]
    [InlineData(0x00000000_00000000)]
    [InlineData(0x00000000_FFFFFFFF)]
    [InlineData(0xFFFFFFFF_00000000)]
    [InlineData(0xFFFFFFFF_FFFFFFFF)]
    public void Pick_ExtremeDraws_ChooseTwoDifferent(ulong bits)
    {
        foreach (var count in new[] { 2, 3, 100 })
        {
            var endpoints = Orders.Endpoints(count);
            var picker = new PowerOfTwoChoicesLoadBalancer(new ScriptedStream(bits)).CreatePicker(Orders.Snapshot(endpoints));
            var first = picker.Pick(default)!;
            first.Enter();
            Assert.NotSame(first, picker.Pick(default));
        }
    }

    // In lock-step: where the counts are makes no difference.
    [Fact]
    public void Pick_CountsSideBySide_PicksAsWithCountsApart()
    {
        var stream = new SeededStream(9);
        var table = new LoadTable();
        ImmutableArray<Endpoint> apart = Orders.Endpoints(40);
        ImmutableArray<Endpoint> beside = [.. apart.Select(e => new Endpoint(e.Instance, EndpointClock.System, table.Rent()))];
        var one = new PowerOfTwoChoicesLoadBalancer(new SeededStream(10)).CreatePicker(Orders.Snapshot(apart));
        var other = new PowerOfTwoChoicesLoadBalancer(new SeededStream(10)).CreatePicker(Orders.Snapshot(beside));
        for (var i = 0; i < 5_000; i++)
        {
            Endpoint picked = one.Pick(default)!, alike = other.Pick(default)!;
            Assert.Equal(apart.IndexOf(picked), beside.IndexOf(alike));
            picked.Enter();
            alike.Enter();
            var done = stream.Next(40);
            if (apart[done].InFlight == 0) continue;
            apart[done].Leave();
            beside[done].Leave();
        }
    }
}
