using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class HealthTrackerTests
{
    private readonly HealthRig _rig = new();

    private sealed class NeverAsked : IHealthChecker
    {
        public ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Checks are reported by hand here.");
    }

    private static HealthRig Checked() => new(new HealthOptions
    {
        Checker = new NeverAsked(),
        Rise = 2,
        Fall = 3,
        FailureThreshold = HealthRig.Threshold,
        EjectionTime = HealthRig.Ejection,
    });

    private static void Check(HealthRig rig, string checks)
    {
        foreach (var check in checks) rig.Tracker.ReportCheck(rig.Endpoint, new HealthCheckResult(check == '+', "said so"));
    }

    [Fact]
    public void MarkUnhealthy_Healthy_EjectsUntilEvidence()
    {
        _rig.Tracker.MarkUnhealthy(_rig.Endpoint, "by hand");
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        Assert.Equal("by hand", _rig.Listener.Health.Last().Reason);
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void MarkUnhealthy_Twice_CountsOnce()
    {
        _rig.Tracker.MarkUnhealthy(_rig.Endpoint, "by hand");
        _rig.Tracker.MarkUnhealthy(_rig.Endpoint, "by hand");
        Assert.Single(_rig.Listener.Health);
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection, HealthRig.Ejection * 1.11);
    }

    [Fact]
    public void MarkHealthy_Ejected_RestoresAtOnceAndForgetsThePast()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Failure);
        _rig.Tracker.MarkHealthy(_rig.Endpoint, "by hand");
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
        _rig.Environment.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection, HealthRig.Ejection * 1.11);
    }

    [Fact]
    public void MarkHealthy_SomeFailures_AreForgotten()
    {
        for (var i = 1; i < HealthRig.Threshold; i++) _rig.Call(OutcomeKind.Failure);
        _rig.Tracker.MarkHealthy(_rig.Endpoint, "by hand");
        _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Update_RegisteredAgain_ProbesAtOnce()
    {
        _rig.Eject();
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1).WithRegisteredAt(DateTimeOffset.UnixEpoch));
        Assert.Equal(EndpointHealth.Probing, _rig.Health);
        _rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Update_AnotherWeight_LeavesTheEjection()
    {
        _rig.Eject();
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1, weight: 9));
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        Assert.Equal(9, _rig.Endpoint.Instance.Weight);
    }

    [Theory]
    [InlineData(ServiceStatus.Up, EndpointHealth.Healthy)]
    [InlineData(ServiceStatus.Draining, EndpointHealth.Draining)]
    [InlineData(ServiceStatus.Down, EndpointHealth.Unhealthy)]
    public void Update_RegistryStatus_IsTheHealthOfAWellEndpoint(ServiceStatus status, EndpointHealth expected)
    {
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1, status: status));
        Assert.Equal(expected, _rig.Health);
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1));
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Update_DrainingAndEjected_TheWorstCounts()
    {
        _rig.Eject();
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1, status: ServiceStatus.Draining));
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        _rig.Environment.Advance(HealthRig.Ejection * 2);
        Assert.Equal(EndpointHealth.Draining, _rig.Health);
        _rig.Call(OutcomeKind.Success);
        Assert.Equal(EndpointHealth.Draining, _rig.Health);
        _rig.Tracker.Update(_rig.Endpoint, Orders.Instance(1));
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void ReportCheck_RiseAndFall_MoveTheHealth()
    {
        var rig = Checked();
        Assert.Equal(EndpointHealth.Unknown, rig.Health);
        Check(rig, "+");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Check(rig, "--");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Check(rig, "-");
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
        Check(rig, "+");
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
        Check(rig, "+");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Assert.Equal(3, rig.Published);
    }

    [Fact]
    public void Update_RegisteredAgain_ForgetsWhatChecksSaidOfThePredecessor()
    {
        var rig = Checked();
        Check(rig, "---");
        rig.Tracker.Update(rig.Endpoint, Orders.Instance(1).WithRegisteredAt(DateTimeOffset.UnixEpoch));
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Check(rig, "--");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Check(rig, "-");
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
    }

    [Fact]
    public void ReportCheck_GoodWhileEjected_DoesNotRestore()
    {
        var rig = Checked();
        Check(rig, "+");
        rig.Eject();
        Check(rig, "++++");
        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
    }

    [Fact]
    public void MarkHealthy_BadChecks_BeginAfresh()
    {
        var rig = Checked();
        Check(rig, "---");
        rig.Tracker.MarkHealthy(rig.Endpoint, "by hand");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
        Check(rig, "--");
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
    }

    [Fact]
    public void Forget_Ejected_StartsNothingLater()
    {
        _rig.Eject();
        _rig.Tracker.Forget(_rig.Endpoint);
        _rig.Environment.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        Assert.Equal(1, _rig.Published);
    }
}
