using System.Collections.Immutable;
using FsCheck.Fluent;
using HA.Core.Endpoints;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Endpoints;

public class EndpointRosterTests
{
    private const double Threshold = 0.3;

    // In lock-step: what one change makes of the snapshot before is what a look at everybody makes.
    [Fact]
    public void Refresh_AnyChanges_EqualsJudgingAnew() => Prop.ForAll<int[]>(static numbers =>
    {
        var stream = new SeededStream((ulong)numbers.Sum(static n => (long)n));
        var all = Members(stream);
        var roster = new EndpointRoster(Threshold);
        var snapshot = roster.Replace(1, all);
        foreach (var number in numbers)
        {
            var changed = all[Math.Abs(number % all.Length)];
            changed.Health = (EndpointHealth)stream.Next(5);
            var before = snapshot;
            snapshot = roster.Refresh(before, changed);
            var expected = EndpointSnapshot.Create(before.Version + 1, all, Threshold);
            Assert.Equal((expected.Version, expected.IsPanic), (snapshot.Version, snapshot.IsPanic));
            Assert.Equal(expected.Eligible.ToArray(), snapshot.Eligible.ToArray());
        }
    }).Check(300);

    // What is handed on from snapshot to snapshot is what each would find out itself.
    [Fact]
    public void Refresh_AnyChanges_KeepsTheLoadsInOrder()
    {
        var stream = new SeededStream(11);
        var table = new LoadTable();
        ImmutableArray<Endpoint> all =
            [.. Enumerable.Range(0, 50).Select(i => new Endpoint(Orders.Instance(i), EndpointClock.System, table.Rent()))];
        foreach (var endpoint in all) endpoint.Occupy(stream.Next(1000));
        var roster = new EndpointRoster(Threshold);
        var snapshot = roster.Replace(1, all);
        for (var round = 0; round < 500; round++)
        {
            var changed = all[stream.Next(all.Length)];
            changed.Health = (EndpointHealth)stream.Next(4);
            snapshot = roster.Refresh(snapshot, changed);
            for (var i = 0u; i + 1 < snapshot.Eligible.Length; i++)
            {
                snapshot.Loads!.Read(i, i + 1, out var first, out var second);
                Assert.Equal((snapshot.Eligible[(int)i].InFlight, snapshot.Eligible[(int)i + 1].InFlight), (first, second));
            }
        }
    }

    [Fact]
    public void Refresh_SomebodyWhoHasLeft_ChangesNothing()
    {
        var roster = new EndpointRoster(Threshold);
        var snapshot = roster.Replace(1, Orders.Endpoints(3));
        Assert.Same(snapshot, roster.Refresh(snapshot, new Endpoint(Orders.Instance(1)).WithHealth(EndpointHealth.Unhealthy)));
        Assert.Same(snapshot, roster.Refresh(snapshot, new Endpoint(Orders.Instance(9))));
    }

    [Fact]
    public void Refresh_OthersChangedMeanwhile_AreTakenWhenTheirTurnComes()
    {
        var all = Orders.Endpoints(10);
        var roster = new EndpointRoster(Threshold);
        var snapshot = roster.Replace(1, all);
        all[3].Health = all[7].Health = EndpointHealth.Unhealthy;
        snapshot = roster.Refresh(snapshot, all[3]);
        Assert.Equal(9, snapshot.Eligible.Length);
        snapshot = roster.Refresh(snapshot, all[7]);
        Assert.Equal(8, snapshot.Eligible.Length);
        Assert.DoesNotContain(all[7], snapshot.Eligible);
    }

    private static ImmutableArray<Endpoint> Members(SeededStream stream)
    {
        // Now and then somebody who drains, is down or has no weight, so that both ways are taken.
        var isPlain = stream.Next(2) == 0;
        return
        [
            .. Enumerable.Range(0, 1 + stream.Next(12)).Select(i => isPlain
                ? new Endpoint(Orders.Instance(i))
                : new Endpoint(Orders.Instance(i, weight: stream.Next(3), status: (ServiceStatus)stream.Next(3)))),
        ];
    }
}
