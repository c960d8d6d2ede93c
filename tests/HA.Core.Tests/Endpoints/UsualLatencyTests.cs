using System.Collections.Immutable;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class UsualLatencyTests
{
    private static void Learn(Endpoint endpoint, double milliseconds, int times = Endpoint.SuccessesToTrust)
    {
        for (; times > 0; times--) endpoint.Learn(new CallOutcome(OutcomeKind.Success, TimeSpan.FromMilliseconds(milliseconds), 1));
    }

    private static double Milliseconds(ImmutableArray<Endpoint> endpoints) => UsualLatency.Of(endpoints.Length, at => endpoints[at]) / TimeSpan.TicksPerMillisecond;

    [Fact]
    public void Of_NobodyKnown_IsNothing()
    {
        Assert.Equal(0, Milliseconds([]));
        Assert.Equal(0, Milliseconds(Orders.Endpoints(5)));
    }

    [Fact]
    public void Of_SomeNew_IsTheMedianOfTheOthers()
    {
        var endpoints = Orders.Endpoints(6);
        for (var i = 0; i < 5; i++) Learn(endpoints[i], 10 * (i + 1));
        Learn(endpoints[5], 1000, times: 1);
        Assert.Equal(30, Milliseconds(endpoints), 3);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Of_ManyEndpoints_LooksAtAllParts(int count)
    {
        var endpoints = Orders.Endpoints(count);
        for (var i = 0; i < count; i++) Learn(endpoints[i], i + 1);
        Assert.InRange(Milliseconds(endpoints), count * 0.45, count * 0.55);
    }

    [Fact]
    public async Task Apply_OneJoinsAKnownFleet_IsPresumedToBeAsTheOthers()
    {
        var environment = new ManualEnvironment();
        await using var pool = new ServicePool(Orders.Service, environment);
        pool.Apply(Orders.Catalog(3));
        Assert.All(pool.Snapshot.All, static e => Assert.Equal(0, e.Facts.Presumed));
        foreach (var endpoint in pool.Snapshot.All) Learn(endpoint, 20);
        pool.Apply(Orders.Catalog(4, revision: 2));
        Assert.Equal(TimeSpan.FromMilliseconds(20).Ticks, pool.Snapshot.All[3].Facts.Presumed);
    }
}
