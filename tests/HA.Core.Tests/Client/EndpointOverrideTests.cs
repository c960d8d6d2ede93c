using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Client;

public class EndpointOverrideTests
{
    private readonly RecordingListener _listener = new();
    private ServicePool Pool()
    {
        var pool = new ServicePool(Orders.Service, new ManualEnvironment(_listener));
        pool.Apply(Orders.Catalog(3));
        return pool;
    }

    private static string Id(int number) => Orders.Instance(number).Id;

    private static ImmutableSortedDictionary<string, EndpointOverride> Only(int number, EndpointOverride said) =>
        EndpointOverride.None.Add(Id(number), said);

    private static string[] Eligible(ServicePool pool) => [.. pool.Snapshot.Eligible.Select(static e => e.Instance.Id)];

    [Fact]
    public void Override_Down_TakesItOutAndBack()
    {
        var pool = Pool();
        var before = pool.Snapshot.All;
        pool.Override(Only(1, new EndpointOverride { Status = ServiceStatus.Down, Reason = "isolated" }));
        Assert.Equal([Id(0), Id(2)], Eligible(pool));
        Assert.Equal("isolated", _listener.Health.Last().Reason);
        pool.Override(EndpointOverride.None);
        Assert.Equal([Id(0), Id(1), Id(2)], Eligible(pool));
        Assert.Equal(before, pool.Snapshot.All);
        Assert.Equal("registry", _listener.Health.Last().Reason);
    }

    [Fact]
    public void Override_Down_HoldsInPanicAndForAll()
    {
        var pool = Pool();
        foreach (var endpoint in pool.Snapshot.All) pool.MarkUnhealthy(endpoint.Instance.Id);
        Assert.True(pool.Snapshot.IsPanic);
        pool.Override(Only(1, new EndpointOverride { Status = ServiceStatus.Down }));
        Assert.DoesNotContain(Id(1), Eligible(pool));
        pool.Override(pool.Snapshot.All.ToImmutableSortedDictionary(static e => e.Instance.Id, static _ => new EndpointOverride { Status = ServiceStatus.Down }, StringComparer.Ordinal));
        Assert.Empty(Eligible(pool));
        Assert.False(pool.TryAcquire(default, default, out _));
    }

    [Fact]
    public void Override_SurvivesCatalogsAndEachChangeOfMembers()
    {
        var pool = Pool();
        pool.Override(Only(1, new EndpointOverride { Weight = 7, Status = ServiceStatus.Draining }));
        pool.Apply(Orders.Catalog(3, revision: 2));
        pool.Apply(Orders.Catalog(5, revision: 3));
        pool.Apply(Orders.Catalog(4, Orders.Instance(0)));
        pool.Apply(Orders.Catalog(5, Orders.Instance(1, weight: 3), Orders.Instance(0)));
        var endpoint = pool.Snapshot.All[1];
        Assert.Equal((7, EndpointHealth.Draining), (endpoint.Instance.Weight, endpoint.Health));
        Assert.Equal([Id(0)], Eligible(pool));
        pool.Override(EndpointOverride.None);
        Assert.Equal((3, EndpointHealth.Healthy), (endpoint.Instance.Weight, endpoint.Health));
    }

    [Fact]
    public void Override_OfAState_IsNoBetterThanTheRegistrys()
    {
        var pool = Pool();
        pool.Apply(Orders.Catalog(2, Orders.Instance(0), Orders.Instance(1, status: ServiceStatus.Down)));
        pool.Override(Only(1, new EndpointOverride { Status = ServiceStatus.Draining }));
        Assert.Equal(EndpointHealth.Unhealthy, pool.Snapshot.All[1].Health);
    }

    [Fact]
    public void Override_CallsUnderWay_AreFinished()
    {
        var pool = Pool();
        Assert.True(pool.TryAcquire(default, default, out var lease));
        var id = lease.Endpoint.Instance.Id;
        pool.Override(EndpointOverride.None.Add(id, new EndpointOverride { Status = ServiceStatus.Down }));
        Assert.Equal(1, lease.Endpoint.InFlight);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(pool.TryAcquire(default, default, out var next));
            Assert.NotEqual(id, next.Endpoint.Instance.Id);
        }

        lease.Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
        Assert.Equal(0, lease.Endpoint.InFlight);
    }

    [Fact]
    public void Override_OfAWeight_ChangesTheShare()
    {
        var options = new PoolOptions { LoadBalancer = static random => new WeightedRoundRobinLoadBalancer(random) };
        var pool = new ServicePool(Orders.Service, new ManualEnvironment(), options);
        pool.Apply(Orders.Catalog(2));
        pool.Override(Only(1, new EndpointOverride { Weight = 3 }));
        var calls = new int[2];
        for (var i = 0; i < 400; i++)
        {
            Assert.True(pool.TryAcquire(default, default, out var lease));
            calls[lease.Endpoint.Instance.Id == Id(1) ? 1 : 0]++;
        }

        Assert.Equal([100, 300], calls);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EndpointOverride { Weight = -1 });
    }
}
