using System.Collections.Immutable;
using FsCheck.Fluent;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class EndpointSnapshotTests
{
    /// <summary>One letter for each endpoint: h(ealthy) ?(unknown) p(robing) u(nhealthy) d(raining) D(own), 0 for weight 0.</summary>
    private static ImmutableArray<Endpoint> All(string letters) => [.. letters.Select(static (letter, i) => letter switch
    {
        'h' => new Endpoint(Orders.Instance(i)),
        '0' => new Endpoint(Orders.Instance(i, weight: 0)),
        '?' => new Endpoint(Orders.Instance(i)).WithHealth(EndpointHealth.Unknown),
        'p' => new Endpoint(Orders.Instance(i)).WithHealth(EndpointHealth.Probing),
        'u' => new Endpoint(Orders.Instance(i)).WithHealth(EndpointHealth.Unhealthy),
        'd' => new Endpoint(Orders.Instance(i, status: ServiceStatus.Draining)).WithHealth(EndpointHealth.Draining),
        _ => new Endpoint(Orders.Instance(i, status: ServiceStatus.Down)).WithHealth(EndpointHealth.Unhealthy),
    })];

    [Theory]
    [InlineData("", "", false)]
    [InlineData("hhh", "012", false)]
    [InlineData("h?p", "012", false)]
    [InlineData("hhu", "01", false)]
    [InlineData("huu", "0", false)]
    [InlineData("uuu", "012", true)]
    [InlineData("ppp", "012", true)]
    [InlineData("hd", "0", false)]
    [InlineData("ud", "0", true)]
    [InlineData("dd", "01", false)]
    [InlineData("dD", "0", false)]
    [InlineData("DD", "", false)]
    [InlineData("uD", "0", true)]
    [InlineData("hDDDDDD", "0", false)]
    [InlineData("h0", "0", false)]
    [InlineData("00", "01", false)]
    [InlineData("u0", "1", false)]
    [InlineData("uuu0", "012", true)]
    public void Create_Endpoints_GiveTheEligible(string letters, string eligible, bool isPanic)
    {
        var all = All(letters);
        var snapshot = EndpointSnapshot.Create(7, all, panicThreshold: 0.3);
        Assert.Equal(eligible, string.Concat(snapshot.Eligible.Select(e => all.IndexOf(e))));
        Assert.Equal(isPanic, snapshot.IsPanic);
        Assert.Equal(7, snapshot.Version);
        Assert.Equal(all, snapshot.All);
    }

    [Fact]
    public void Create_DrainingWhileEjected_StillTakesOver()
    {
        var all = All("d");
        all[0].Health = EndpointHealth.Unhealthy;
        Assert.Single(Orders.Snapshot(all).Eligible);
    }

    [Fact]
    public void Create_ThresholdZero_PanicsOnlyWithNobodyLeft()
    {
        Assert.False(EndpointSnapshot.Create(1, All("huuuuuuuuu"), 0).IsPanic);
        Assert.False(EndpointSnapshot.Create(1, All("puuu"), 0).IsPanic);
        Assert.True(EndpointSnapshot.Create(1, All("uuuu"), 0).IsPanic);
    }

    [Fact]
    public void Create_AnyEndpoints_KeepsTheLaws() => Prop.ForAll<int[]>(numbers =>
    {
        var letters = string.Concat(numbers.Select(static n => "h0?pudD"[Math.Abs(n % 7)]));
        var snapshot = Orders.Snapshot(All(letters));
        var isCallable = letters.Any(static l => l != 'D');
        return snapshot.Eligible.IsEmpty == !isCallable
            && snapshot.Eligible.All(static e => e.Instance.Status != ServiceStatus.Down)
            && snapshot.Eligible.SequenceEqual(snapshot.All.Where(snapshot.Eligible.Contains))
            && (snapshot.Eligible.Any(static e => e.Instance.Status == ServiceStatus.Up) == letters.Any(static l => "h0?pu".Contains(l, StringComparison.Ordinal)));
    }).Check(500);
}
