using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Client;

/// <summary>Other health options in a pool that runs.</summary>
public class ReconfigureTests
{
    private static readonly HealthOptions Patient = new() { FailureThreshold = 1000, FailureShare = null, Outliers = null };

    private readonly RecordingListener _listener = new();
    private readonly ManualEnvironment _environment;

    public ReconfigureTests() => _environment = new ManualEnvironment(_listener);

    private ServicePool Pool(int count, HealthOptions health)
    {
        var pool = new ServicePool(Orders.Service, _environment, new PoolOptions { Health = health });
        pool.Apply(Orders.Catalog(count));
        return pool;
    }

    private void Call(Endpoint endpoint, OutcomeKind kind, double milliseconds = 1)
    {
        Assert.True(endpoint.Monitor.TryEnter(out var ticket));
        endpoint.Enter();
        new EndpointLease(endpoint, ticket).Complete(
            new CallOutcome(kind, TimeSpan.FromMilliseconds(milliseconds), _environment.Clock.GetTimestamp()));
    }

    [Fact]
    public void Reconfigure_OfAThreshold_CountsForTheNextFailures()
    {
        var pool = Pool(3, Patient);
        var endpoint = pool.Snapshot.All[0];
        for (var i = 0; i < 50; i++) Call(endpoint, OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
        pool.Reconfigure(Patient with { FailureThreshold = 2 });
        Call(endpoint, OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, endpoint.Health);
        Call(endpoint, OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, endpoint.Health);
    }

    [Fact]
    public void Reconfigure_KeepsVerdictsStatisticsAndLoad()
    {
        var pool = Pool(3, Patient);
        var (sick, busy) = (pool.Snapshot.All[0], pool.Snapshot.All[1]);
        pool.MarkUnhealthy(sick.Instance.Id);
        for (var i = 0; i < 20; i++) Call(busy, OutcomeKind.Success, 7);
        Assert.True(pool.TryAcquire(default, default, out var lease));
        var (before, stats) = (pool.Snapshot.All, busy.Stats);
        pool.Reconfigure(new HealthOptions { EjectionTime = TimeSpan.FromSeconds(1), FailureThreshold = 1, Rise = 5 });
        Assert.Equal(before, pool.Snapshot.All);
        Assert.Equal(EndpointHealth.Unhealthy, sick.Health);
        Assert.DoesNotContain(sick, pool.Snapshot.Eligible);
        Assert.Equal(stats, busy.Stats);
        Assert.Equal(1, lease.Endpoint.InFlight);
        lease.Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, 0));
        Assert.Equal(0, lease.Endpoint.InFlight);
    }

    [Fact]
    public void Reconfigure_OfOtherThings_DoesNotForgetFailuresInARow()
    {
        var pool = Pool(3, Patient with { FailureThreshold = 3 });
        var endpoint = pool.Snapshot.All[0];
        Call(endpoint, OutcomeKind.Failure);
        Call(endpoint, OutcomeKind.Failure);
        pool.Reconfigure(Patient with { FailureThreshold = 3, MaxEjectedShare = 0.9, CheckInterval = TimeSpan.FromSeconds(9) });
        Call(endpoint, OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, endpoint.Health);
    }

    [Fact]
    public void Reconfigure_OfTheLongestEjection_CountsForTheNext()
    {
        var pool = Pool(3, Patient with { EjectionTime = TimeSpan.FromSeconds(40), MaxEjectionTime = TimeSpan.FromSeconds(600) });
        var endpoint = pool.Snapshot.All[0];
        pool.Reconfigure(Patient with { EjectionTime = TimeSpan.FromSeconds(2), MaxEjectionTime = TimeSpan.FromSeconds(2) });
        pool.MarkUnhealthy(endpoint.Instance.Id);
        _environment.Advance(TimeSpan.FromSeconds(2.3));
        Assert.Equal(EndpointHealth.Probing, endpoint.Health);
    }

    [Fact]
    public void Reconfigure_OfThePanicThreshold_JudgesAtOnce()
    {
        var pool = Pool(4, Patient with { PanicThreshold = 0 });
        for (var i = 0; i < 3; i++) pool.MarkUnhealthy(pool.Snapshot.All[i].Instance.Id);
        Assert.False(pool.Snapshot.IsPanic);
        Assert.Single(pool.Snapshot.Eligible);
        pool.Reconfigure(Patient with { PanicThreshold = 0.5 });
        Assert.True(pool.Snapshot.IsPanic);
        Assert.True(pool.Snapshot.Eligible.Length > 1);
        Assert.Equal([true], _listener.Panic);
        pool.Reconfigure(Patient with { PanicThreshold = 0 });
        Assert.False(pool.Snapshot.IsPanic);
        Assert.Equal([true, false], _listener.Panic);
    }

    [Fact]
    public void Reconfigure_ThatDoesNotAgree_ChangesNothing()
    {
        var pool = Pool(3, Patient);
        var before = pool.Snapshot;
        var wrong = Patient with { FailureThreshold = 1, EjectionTime = TimeSpan.FromSeconds(9), MaxEjectionTime = TimeSpan.FromSeconds(1) };
        Assert.Throws<ArgumentException>(() => pool.Reconfigure(wrong));
        Call(before.All[0], OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, before.All[0].Health);
        Assert.Same(before, pool.Snapshot);
    }

    [Fact]
    public void Reconfigure_OfOutliers_BeginsAndEndsComparisons()
    {
        var pool = Pool(5, Patient);
        pool.Reconfigure(Patient with { Outliers = new OutlierOptions { MinCalls = 10, Interval = TimeSpan.FromSeconds(1) } });
        CompareOnce(pool);
        Assert.Equal(EndpointHealth.Unhealthy, pool.Snapshot.All[0].Health);
        pool.MarkHealthy(pool.Snapshot.All[0].Instance.Id);
        pool.Reconfigure(Patient);
        CompareOnce(pool);
        Assert.Equal(EndpointHealth.Healthy, pool.Snapshot.All[0].Health);
    }

    // The first fails half of its calls, the others none.
    private void CompareOnce(ServicePool pool)
    {
        for (var i = 0; i < 40; i++)
        {
            Call(pool.Snapshot.All[0], i % 2 == 0 ? OutcomeKind.Failure : OutcomeKind.Success);
            foreach (var other in pool.Snapshot.All.Skip(1)) Call(other, OutcomeKind.Success);
        }

        _environment.Advance(TimeSpan.FromSeconds(1.1));
        Call(pool.Snapshot.All[1], OutcomeKind.Success);
        _environment.RunPosted();
    }
}
