using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Client;

public class ServicePoolTests
{
    private readonly RecordingListener _listener = new();
    private readonly ManualEnvironment _environment;

    public ServicePoolTests() => _environment = new ManualEnvironment(_listener);

    private ServicePool Pool(int count, PoolOptions? options = null)
    {
        var pool = new ServicePool(Orders.Service, _environment, options);
        pool.Apply(Orders.Catalog(count));
        return pool;
    }

    private static EndpointLease Acquire(ServicePool pool, params Endpoint[] tried)
    {
        Assert.True(pool.TryAcquire(default, tried, out var lease));
        return lease;
    }

    private static void Complete(EndpointLease lease, OutcomeKind kind) => lease.Complete(new CallOutcome(kind, TimeSpan.Zero, 0));

    [Fact]
    public void Apply_AnotherWeight_KeepsTheEndpoint()
    {
        var pool = Pool(1);
        var before = pool.Snapshot.All.Single();
        var lease = Acquire(pool);
        pool.Apply(Orders.Catalog(2, Orders.Instance(0, weight: 9)));
        var after = pool.Snapshot.All.Single();
        Assert.Same(before, after);
        Assert.Equal((9, 1), (after.Instance.Weight, after.InFlight));
        Complete(lease, OutcomeKind.Success);
    }

    [Fact]
    public void Apply_SameIdOnAnotherAddress_IsANewEndpoint()
    {
        var pool = Pool(1);
        var before = pool.Snapshot.All.Single();
        pool.MarkUnhealthy(before.Instance.Id);
        pool.Apply(Orders.Catalog(2, new ServiceInstance(Orders.Service, before.Instance.Id, "10.9.9.9", 8080)));
        Assert.NotSame(before, pool.Snapshot.All.Single());
        Assert.Equal(EndpointHealth.Healthy, pool.Snapshot.All.Single().Health);
    }

    [Fact]
    public void Apply_First_ShowsTheCatalogOnlyWithItsEndpoints()
    {
        ServicePool? pool = null;
        var seen = new List<bool>();
        var options = new PoolOptions { LoadBalancer = r => new SpyBalancer(new RandomLoadBalancer(r), () => seen.Add(pool?.HasCatalog ?? false)) };
        pool = new ServicePool(Orders.Service, _environment, options);
        pool.Apply(Orders.Catalog(3));
        Assert.Equal([false, false], seen);
        Assert.True(pool.HasCatalog);
    }

    [Fact]
    public void TryAcquire_NoEndpoints_IsFalse()
    {
        Assert.False(new ServicePool(Orders.Service, _environment).TryAcquire(default, [], out _));
        Assert.False(Pool(0).TryAcquire(default, [], out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void TryAcquire_TriedEndpoints_AreAvoidedUntilNobodyIsLeft(int count)
    {
        foreach (var policy in LoadBalancers.Names)
        {
            var pool = Pool(count, new PoolOptions { LoadBalancer = r => LoadBalancers.Create(policy, r) });
            var tried = new List<Endpoint>();
            for (var attempt = 0; attempt < count; attempt++)
            {
                var lease = Acquire(pool, [.. tried]);
                Assert.DoesNotContain(lease.Endpoint, tried);
                tried.Add(lease.Endpoint);
                lease.Release();
            }

            Acquire(pool, [.. tried]).Release();
            Assert.All(pool.Snapshot.All, static e => Assert.Equal(0, e.InFlight));
        }
    }

    [Fact]
    public void TryAcquire_OneProbing_GetsOneCallAtATime()
    {
        var pool = Pool(3);
        var probed = pool.Snapshot.All[1];
        pool.MarkUnhealthy(probed.Instance.Id);
        _environment.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(EndpointHealth.Probing, probed.Health);
        var leases = Enumerable.Range(0, 200).Select(_ => Acquire(pool)).ToArray();
        Assert.Equal(1, probed.InFlight);
        foreach (var lease in leases) Complete(lease, OutcomeKind.Ignored);
        Assert.Equal(EndpointHealth.Probing, probed.Health);
        Assert.All(pool.Snapshot.All, static e => Assert.Equal(0, e.InFlight));
    }

    [Fact]
    public void TryAcquire_Ejected_GetsNothing()
    {
        var pool = Pool(3);
        pool.MarkUnhealthy("orders-001");
        for (var i = 0; i < 200; i++) Assert.NotEqual("orders-001", Acquire(pool).Endpoint.Instance.Id);
    }

    [Fact]
    public void Panic_MostAreEjected_IsEnteredAndLeft()
    {
        var pool = Pool(4);
        foreach (var number in new[] { 0, 1, 2 }) pool.MarkUnhealthy($"orders-00{number}");
        Assert.True(pool.Snapshot.IsPanic);
        Assert.Equal(2, pool.Snapshot.Eligible.Length);
        Assert.Contains("in panic", pool.Describe(), StringComparison.Ordinal);
        pool.MarkHealthy("orders-000");
        Assert.False(pool.Snapshot.IsPanic);
        Assert.Equal([true, false], _listener.Panic);
    }

    [Fact]
    public void Mark_UnknownId_IsFalse()
    {
        Assert.False(Pool(1).MarkHealthy("nobody"));
        Assert.False(Pool(1).MarkUnhealthy("nobody"));
    }

    [Fact]
    public void TryAcquire_WhileCatalogsAndHealthChange_StaysValid()
    {
        const int Threads = 4, Calls = 20_000, Changes = 300;
        var pool = new ServicePool(Orders.Service, ServiceEnvironment.System, new PoolOptions { Health = new HealthOptions { FailureThreshold = 2 } });
        pool.Apply(Orders.Catalog(10));
        var seen = new HashSet<Endpoint>();
        var errors = 0;
        var threads = Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            var mine = new HashSet<Endpoint>();
            for (var call = 0; call < Calls; call++)
            {
                if (!pool.TryAcquire(default, [], out var lease) || lease.Endpoint.InFlight < 1) Interlocked.Increment(ref errors);
                mine.Add(lease.Endpoint);
                Complete(lease, (call + thread) % 7 < 2 ? OutcomeKind.Failure : OutcomeKind.Success);
            }

            lock (seen) seen.UnionWith(mine);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        for (var change = 0; change < Changes; change++)
        {
            pool.Apply(Orders.Catalog(5 + (change % 6), revision: change + 2));
            pool.MarkUnhealthy("orders-001");
            pool.MarkHealthy("orders-001");
        }

        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, errors);
        Assert.All(seen, static e => Assert.Equal(0, e.InFlight));
        Assert.All(seen, static e => Assert.Equal(Orders.Service, e.Instance.Service));
    }

    private sealed class SpyBalancer(ILoadBalancer inner, Action created) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
        {
            created();
            return inner.CreatePicker(snapshot);
        }
    }

    [Fact]
    public void Apply_CatalogOfAnotherService_Throws()
    {
        var pool = Pool(1);
        Assert.Throws<ArgumentException>(() => pool.Apply(new ServiceCatalog("stock", 2, [])));
    }

    [Fact]
    public void Apply_SameInstancesInAnotherOrder_KeepsEndpointsAndTakesWhatChanged()
    {
        var pool = new ServicePool(Orders.Service);
        pool.Apply(new ServiceCatalog(Orders.Service, 1, [.. Enumerable.Range(0, 9).Select(i => Orders.Instance(i))]));
        var before = pool.Snapshot.All;
        for (var round = 2; round < 8; round++)
        {
            var order = Enumerable.Range(0, 9).Select(i => Orders.Instance(i, weight: i == 4 ? round : 1)).ToArray();
            // Every order comes twice: places of the last list are tried first.
            new Random(round / 2).Shuffle(order);
            pool.Apply(new ServiceCatalog(Orders.Service, round, [.. order]));
            Assert.Equal(before.ToArray(), pool.Snapshot.All.ToArray());
            Assert.Equal(round, pool.Snapshot.All[4].Instance.Weight);
        }
    }

    [Fact]
    public void Apply_ManyEndpoints_CountsThemAllAndBackToZero()
    {
        var pool = new ServicePool(Orders.Service);
        pool.Apply(ServiceCatalog.Create(Orders.Service, 1, Enumerable.Range(0, 3000).Select(i => Orders.Instance(i))));
        var leases = new List<EndpointLease>();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(pool.TryAcquire(default, default, out var lease));
            leases.Add(lease);
        }

        Assert.Equal(10_000, pool.Snapshot.All.Sum(static e => e.InFlight));
        foreach (var lease in leases) lease.Release();
        Assert.All(pool.Snapshot.All, static e => Assert.Equal(0, e.InFlight));
    }

    [Fact]
    public void Apply_IdNamedTwice_TakesTheFirstAndGoesOn()
    {
        var pool = Pool(1);
        var twice = new ServiceCatalog(Orders.Service, 2, [Orders.Instance(0), Orders.Instance(0, weight: 9)]);
        pool.Apply(twice);
        pool.Apply(twice with { Revision = 3 });
        Assert.Equal(1, pool.Snapshot.All.Single().Instance.Weight);
    }

    [Fact]
    public void Apply_IdNamedTwiceInAnotherOrder_TakesTheFirstAndLetsTheMissingGo()
    {
        var pool = Pool(3);
        pool.Apply(new ServiceCatalog(Orders.Service, 2, [Orders.Instance(2), Orders.Instance(0), Orders.Instance(0, weight: 9)]));
        Assert.Equal([("orders-000", 1), ("orders-002", 1)], pool.Snapshot.All.Select(static e => (e.Instance.Id, e.Instance.Weight)));
    }

    [Fact]
    public void Apply_IdNamedTwiceAfterAListInTheSameOrder_TakesTheFirstAndLetsTheMissingGo()
    {
        var pool = Pool(3);
        pool.Apply(new ServiceCatalog(Orders.Service, 2, [Orders.Instance(2), Orders.Instance(0), Orders.Instance(1)]));
        pool.Apply(new ServiceCatalog(Orders.Service, 3, [Orders.Instance(2), Orders.Instance(0), Orders.Instance(2, weight: 9)]));
        Assert.Equal([("orders-000", 1), ("orders-002", 1)], pool.Snapshot.All.Select(static e => (e.Instance.Id, e.Instance.Weight)));
    }

    [Fact]
    public void Apply_InAnotherOrderWithAStranger_ReplacesOne()
    {
        var pool = Pool(3);
        var before = pool.Snapshot.All;
        // Twice, so that places are known of those who were there before.
        foreach (var stranger in (int[])[3, 4])
        {
            pool.Apply(new ServiceCatalog(Orders.Service, stranger, [Orders.Instance(stranger), Orders.Instance(0), Orders.Instance(1)]));
            Assert.Equal(["orders-000", "orders-001", $"orders-00{stranger}"], pool.Snapshot.All.Select(static e => e.Instance.Id));
            Assert.Equal(before.Take(2), pool.Snapshot.All.Take(2));
        }
    }

    [Fact]
    public void TryAcquire_EverybodyTried_DoesNotMeetOnTheFirst()
    {
        var pool = Pool(3, new PoolOptions { LoadBalancer = static random => new RoundRobinLoadBalancer(random) });
        Endpoint[] tried = [.. pool.Snapshot.All];
        var chosen = Enumerable.Range(0, 30).Select(_ =>
        {
            var lease = Acquire(pool, tried);
            Complete(lease, OutcomeKind.Success);
            return lease.Endpoint;
        });
        Assert.Equal(3, chosen.Distinct().Count());
    }

    [Fact]
    public void Apply_RestartedUnderItsOldId_ForgetsItsPredecessorsFailures()
    {
        var pool = Pool(1);
        var endpoint = pool.Snapshot.All.Single();
        for (var i = 0; i < ConsecutiveFailures.DefaultThreshold - 1; i++) Complete(Acquire(pool), OutcomeKind.Failure);
        pool.Apply(Orders.Catalog(2, endpoint.Instance.WithRegisteredAt(DateTimeOffset.UnixEpoch)));
        Complete(Acquire(pool), OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
    }

    [Fact]
    public async Task WaitForChange_OfWhatIsOlderAlready_EndsAtOnce()
    {
        var pool = Pool(1);
        var seen = pool.Snapshot.Version;
        pool.Apply(Orders.Catalog(2));
        await pool.WaitForChangeAsync(seen, CancellationToken.None);
    }

    [Fact]
    public void WaitForChange_OfCatalogHealthOrOverride_EndsWithEach()
    {
        var pool = Pool(3);
        Action[] changes =
        [
            () => pool.Apply(Orders.Catalog(2)),
            () => pool.MarkUnhealthy(pool.Snapshot.All[0].Instance.Id),
            () => pool.Override(EndpointOverride.None.Add(pool.Snapshot.All[1].Instance.Id, new EndpointOverride { Weight = 7 })),
            () => pool.Reconfigure(new HealthOptions { PanicThreshold = 0.1 }),
        ];
        Assert.All(changes, change =>
        {
            var seen = pool.Snapshot.Version;
            var waiting = _environment.Start(() => pool.WaitForChangeAsync(seen, CancellationToken.None).AsTask());
            Assert.False(waiting.IsCompleted);
            change();
            _environment.RunPosted();
            Assert.True(waiting.IsCompletedSuccessfully);
            Assert.True(pool.Snapshot.Version > seen);
        });
    }

    [Fact]
    public async Task WaitForChange_PoolIsDisposed_EndsAndCannotBeginAgain()
    {
        var pool = Pool(1);
        var seen = pool.Snapshot.Version;
        var waiting = _environment.Start(() => pool.WaitForChangeAsync(seen, CancellationToken.None).AsTask());
        await pool.DisposeAsync();
        _environment.RunPosted();
        Assert.True(waiting.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.WaitForChangeAsync(seen, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task WaitForChange_Cancelled_Ends()
    {
        var pool = Pool(1);
        using var stop = new CancellationTokenSource();
        var waiting = _environment.Start(() => pool.WaitForChangeAsync(pool.Snapshot.Version, stop.Token).AsTask());
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
