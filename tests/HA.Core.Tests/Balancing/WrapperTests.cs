using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

public class WrapperTests
{
    private readonly SeededStream _stream = new(3);

    private static RandomLoadBalancer Inner(RandomStream random) => new(random);

    private static ImmutableArray<Endpoint> InZones(string zones) => [.. zones.Select(static (zone, i) =>
        new Endpoint(new ServiceInstance(Orders.Service, $"orders-{i:000}", $"10.0.0.{i + 1}", 80) { Zone = $"{zone}" }))];

    [Theory]
    [InlineData("100,100", "100,0")]
    [InlineData("72,100", "100,0")]
    [InlineData("71,100", "99,1")]
    [InlineData("50,100", "70,30")]
    [InlineData("25,100", "35,65")]
    [InlineData("25,25", "50,50")]
    [InlineData("5,65", "7,93")]
    [InlineData("20,30", "40,60")]
    [InlineData("25,25,20", "36,36,28")]
    [InlineData("0,0", "0,0")]
    [InlineData("0,100", "0,100")]
    public void PriorityLoads_Health_GivesTheShares(string health, string expected) =>
        Assert.Equal(expected, string.Join(',', PriorityLoadBalancer.Loads([.. health.Split(',').Select(int.Parse)])));

    [Fact]
    public void Priority_FirstIsFit_GetsEverything()
    {
        ImmutableArray<Endpoint> endpoints = [.. Enumerable.Range(0, 6).Select(static i => new Endpoint(
            new ServiceInstance(Orders.Service, $"orders-{i}", $"10.0.0.{i + 1}", 80)
            {
                Metadata = ImmutableSortedDictionary<string, string>.Empty.Add(PriorityLoadBalancer.MetadataKey, i < 3 ? "0" : "1"),
            }))];
        var balancer = new PriorityLoadBalancer(_stream, Inner);
        var picker = balancer.CreatePicker(Orders.Snapshot(endpoints));
        Assert.All(Enumerable.Range(0, 300), _ => Assert.True(endpoints.IndexOf(picker.Pick(default)!) < 3));
        endpoints[0].Health = endpoints[1].Health = EndpointHealth.Unhealthy;
        picker = balancer.CreatePicker(Orders.Snapshot(endpoints));
        var first = Enumerable.Range(0, 10_000).Count(_ => picker.Pick(default) == endpoints[2]);
        // A third of the first is fit and carries 1.4 times as much.
        Assert.InRange(first, 4400, 4800);
    }

    [Fact]
    public void ZoneShares_LocalZoneIsShort_KeepsWhatItCanAndSpreadsTheRest()
    {
        var shares = ZoneAwareLoadBalancer.Shares("a", Counts("a2 b2 c1 d1"), Counts("a1 c3 d3 e1")).ToDictionary(static s => s.Zone, static s => s.Share);
        Assert.Equal(0.375, shares["a"], 12);
        // What is left goes to c, d and e as 20.83 to 20.83 to 12.5.
        Assert.Equal(0.625 * 5 / 13, shares["c"], 12);
        Assert.Equal(0.625 * 5 / 13, shares["d"], 12);
        Assert.Equal(0.625 * 3 / 13, shares["e"], 12);
        Assert.Equal(4, shares.Count);
    }

    [Fact]
    public void ZoneShares_EqualZones_StayLocal() =>
        Assert.Equal(("b", 1.0), Assert.Single(ZoneAwareLoadBalancer.Shares("b", Counts("a2 b2"), Counts("a3 b3"))));

    [Theory]
    [InlineData("a10 b10 c10", "a3 b3")]
    [InlineData("a10 b10 c10", "a3 b3 c3")]
    [InlineData("a5 b20 c5", "a4 b4 c4")]
    [InlineData("a1 b7 c2", "a6 b2 c5 d4")]
    public void ZoneShares_AllClientsTogether_LoadEveryEndpointAlike(string clients, string endpoints)
    {
        var (from, to) = (Counts(clients), Counts(endpoints));
        var load = to.ToDictionary(static z => z.Key, static _ => 0.0);
        foreach (var (zone, count) in from)
        {
            foreach (var (target, share) in ZoneAwareLoadBalancer.Shares(zone, from, to)) load[target] += count * share;
        }

        var mean = from.Values.Sum() / (double)to.Values.Sum();
        Assert.All(to, zone => Assert.InRange(load[zone.Key] / zone.Value, 0, mean * 1.05));
    }

    [Fact]
    public void Zone_EnoughAtHome_StaysAtHome()
    {
        var endpoints = InZones("aaabbbccc");
        var picker = new ZoneAwareLoadBalancer(_stream, Inner, "b", static () => ["a", "b", "c"]).CreatePicker(Orders.Snapshot(endpoints));
        Assert.All(Enumerable.Range(0, 300), _ => Assert.Equal("b", picker.Pick(default)!.Instance.Zone));
    }

    [Theory]
    [InlineData("aabbb", "a")]
    [InlineData("aaabbb", "nowhere")]
    [InlineData("aaabbb", null)]
    public void Zone_TooFewOrNotKnown_UsesAll(string zones, string? own)
    {
        var endpoints = InZones(zones);
        var picker = new ZoneAwareLoadBalancer(_stream, Inner, own, static () => ["a", "b"]).CreatePicker(Orders.Snapshot(endpoints));
        Assert.Equal(endpoints.Length, Enumerable.Range(0, 500).Select(_ => picker.Pick(default)).Distinct().Count());
    }

    [Fact]
    public void SubsetArc_ThreeHundredClientsOfTen_GiveEveryEndpointExactlyTen()
    {
        var counts = new double[300];
        for (var rank = 0; rank < 300; rank++)
        {
            var arc = SubsetLoadBalancer.Arc(rank, 300, 300, 10);
            Assert.Equal(10, arc.Length);
            foreach (var (index, part) in arc) counts[index] += part;
        }

        Assert.All(counts, static c => Assert.Equal(10, c));
    }

    [Theory]
    [InlineData(12, 24, 12)]
    [InlineData(4, 18, 12)]
    [InlineData(7, 100, 12)]
    [InlineData(301, 300, 10)]
    [InlineData(1, 50, 12)]
    public void SubsetArc_AnyNumbers_TileTheCircle(int clients, int endpoints, int size)
    {
        var load = new double[endpoints];
        for (var rank = 0; rank < clients; rank++)
        {
            var arc = SubsetLoadBalancer.Arc(rank, clients, endpoints, size);
            Assert.True(arc.Sum(static a => a.Part) >= size - 1e-9);
            foreach (var (index, part) in arc) load[index] += part / arc.Sum(static a => a.Part);
        }

        Assert.All(load, l => Assert.Equal(clients / (double)endpoints, l, 9));
    }

    [Fact]
    public void SubsetArc_FourClientsOfEighteen_SharesTheEdge()
    {
        var arc = SubsetLoadBalancer.Arc(1, 4, 18, 12);
        Assert.Equal(Enumerable.Range(4, 14), arc.Select(static a => a.Index));
        Assert.Equal(0.5, arc[0].Part);
    }

    [Fact]
    public void Subset_EdgeOfTheArc_GetsItsPart()
    {
        var endpoints = Orders.Endpoints(18);
        var picker = new SubsetLoadBalancer(_stream, Inner, static () => (1, 4)).CreatePicker(Orders.Snapshot(endpoints));
        var counts = new int[18];
        for (var i = 0; i < 27_000; i++) counts[endpoints.IndexOf(picker.Pick(default)!)]++;
        Assert.All(counts[..4], static c => Assert.Equal(0, c));
        Assert.InRange(counts[4], 850, 1150);
        Assert.All(counts[5..], static c => Assert.InRange(c, 1800, 2200));
    }

    [Fact]
    public void Subset_NobodyFitInTheArc_UsesAll()
    {
        var endpoints = Orders.Endpoints(40);
        foreach (var (index, _) in SubsetLoadBalancer.Arc(0, 10, 40, 4)) endpoints[index].Health = EndpointHealth.Unhealthy;
        var picker = new SubsetLoadBalancer(_stream, Inner, static () => (0, 10), 4).CreatePicker(Orders.Snapshot(endpoints));
        Assert.All(Enumerable.Range(0, 200), _ => Assert.Equal(EndpointHealth.Healthy, picker.Pick(default)!.Health));
    }

    [Fact]
    public void Sticky_Key_LeadsBackWhileItMayBePicked()
    {
        var endpoints = Orders.Endpoints(8);
        var balancer = new StickyLoadBalancer(_stream, Inner);
        var picker = balancer.CreatePicker(Orders.Snapshot(endpoints));
        foreach (var endpoint in endpoints)
            Assert.All(Enumerable.Range(0, 20), _ => Assert.Same(endpoint, picker.Pick(new PickContext(0, StickyLoadBalancer.KeyOf(endpoint)))));
        var session = new PickContext(0, StickyLoadBalancer.KeyOf(endpoints[5]));
        Assert.Contains(Enumerable.Range(0, 100), _ => picker.Pick(session with { Attempt = 1 }) != endpoints[5]);
        endpoints[5].Health = EndpointHealth.Unhealthy;
        picker = balancer.CreatePicker(Orders.Snapshot(endpoints));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotSame(endpoints[5], picker.Pick(session)));
    }

    private static SortedDictionary<string, int> Counts(string text) => new(
        text.Split(' ').ToDictionary(static w => w[..1], static w => int.Parse(w.AsSpan(1))), StringComparer.Ordinal);
}
