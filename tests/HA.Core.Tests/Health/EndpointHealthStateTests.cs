using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class EndpointHealthStateTests
{
    private readonly HealthRig _rig = new();

    [Fact]
    public void Record_ThresholdFailuresInARow_Ejects()
    {
        _rig.Call(OutcomeKind.Failure);
        _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
        _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        Assert.Equal(("orders-001", EndpointHealth.Healthy, EndpointHealth.Unhealthy, "calls failed"), Assert.Single(_rig.Listener.Health));
        Assert.Equal(1, _rig.Published);
    }

    [Fact]
    public void Ejection_TimeAlone_NeverMakesItHealthy()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Environment.Advance(TimeSpan.FromDays(1));
        Assert.Equal(EndpointHealth.Probing, _rig.Health);
    }

    [Fact]
    public void Ejection_Length_IsTheOptionWithUpToATenthOfJitter()
    {
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection, HealthRig.Ejection * 1.1 + TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void Ejection_ProbesKeepFailing_DoublesUpToTheCap()
    {
        _rig.Eject();
        foreach (var seconds in new[] { 5, 10, 20, 40, 60, 60, 60 })
        {
            var expected = TimeSpan.FromSeconds(seconds);
            Assert.InRange(_rig.WaitForProbation(), expected, (expected * 1.1) + TimeSpan.FromMilliseconds(10));
            _rig.Call(OutcomeKind.Failure);
        }

        Assert.Equal("probe failed", _rig.Listener.Health.Last().Reason);
    }

    [Fact]
    public void Ejection_TimersThatFireEarly_StillEndsInProbation()
    {
        // The machine's timers count whole milliseconds, and the jitter does not.
        var rig = new HealthRig(timerGranularity: TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 20; i++)
        {
            rig.Eject();
            rig.WaitForProbation();
        }
    }

    [Fact]
    public void Ejection_AfterALongGoodTime_IsShortAgain()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Failure);
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        _rig.Serve(TimeSpan.FromSeconds(16), TimeSpan.FromMilliseconds(100));
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection, HealthRig.Ejection * 1.11);
    }

    [Fact]
    public void Ejection_AfterALongIdleTime_IsAsLongAsIfNoTimeHadPassed()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Failure);
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        _rig.Environment.Advance(TimeSpan.FromDays(1));
        _rig.Call(OutcomeKind.Success);
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection * 4, HealthRig.Ejection * 4.41);
    }

    [Fact]
    public void Ejection_AfterAsMuchGoodTrafficAsTheLast_IsForgivenOneDoubling()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Failure);
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        _rig.Serve(TimeSpan.FromSeconds(10.5), TimeSpan.FromMilliseconds(100));
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection * 2, HealthRig.Ejection * 2.21);
    }

    [Fact]
    public void Ejection_SoonAfterTheLast_IsLonger()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        _rig.Environment.Advance(TimeSpan.FromSeconds(1));
        _rig.Eject();
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection * 2, HealthRig.Ejection * 2.21);
    }

    [Fact]
    public void Probation_OnePermit_SecondCallIsRefused()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Enter();
        Assert.False(_rig.TryEnter(out _));
    }

    [Theory]
    [InlineData(OutcomeKind.Success)]
    [InlineData(OutcomeKind.Overload)]
    public void Probation_Answered_Restores(OutcomeKind kind)
    {
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(kind);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
        // Nothing of the past is left: it takes the full threshold again.
        for (var i = 1; i < HealthRig.Threshold; i++) _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Probation_Ignored_ReturnsThePermit()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        for (var i = 0; i < 10; i++) _rig.Call(OutcomeKind.Ignored);
        Assert.Equal(EndpointHealth.Probing, _rig.Health);
        _rig.Enter();
        Assert.False(_rig.TryEnter(out _));
    }

    [Fact]
    public void Probation_IgnoredWithoutPermit_AddsNone()
    {
        _rig.Eject();
        _rig.WaitForProbation();
        for (var i = 0; i < 10; i++) _rig.Record(OutcomeKind.Ignored, _rig.Endpoint.Monitor.EnterAnyway());
        _rig.Enter();
        Assert.False(_rig.TryEnter(out _));
    }

    [Theory]
    [InlineData(OutcomeKind.Success)]
    [InlineData(OutcomeKind.Failure)]
    [InlineData(OutcomeKind.Ignored)]
    public void Probation_StragglerFromBeforeTheEjection_DecidesNothing(OutcomeKind kind)
    {
        var straggler = _rig.Enter();
        _rig.Eject();
        _rig.Record(kind, straggler);
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
        _rig.WaitForProbation();
        _rig.Record(kind, straggler);
        Assert.Equal(EndpointHealth.Probing, _rig.Health);
        _rig.Enter();
        Assert.False(_rig.TryEnter(out _));
    }

    [Fact]
    public void Restored_FailuresOfStragglers_DoNotCount()
    {
        long[] stragglers = [.. Enumerable.Range(0, 10).Select(_ => _rig.Enter())];
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        foreach (var ticket in stragglers) _rig.Record(OutcomeKind.Failure, ticket);
        _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Restored_SuccessesOfStragglers_ForgiveNothing()
    {
        var straggler = _rig.Enter();
        _rig.Eject();
        _rig.WaitForProbation();
        _rig.Call(OutcomeKind.Success);
        for (var i = 1; i < HealthRig.Threshold; i++) _rig.Call(OutcomeKind.Failure);
        _rig.Record(OutcomeKind.Success, straggler);
        _rig.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, _rig.Health);
    }

    [Fact]
    public void Panic_SuccessOfAnEjectedEndpoint_Restores()
    {
        _rig.Eject();
        _rig.Record(OutcomeKind.Success, _rig.Endpoint.Monitor.EnterAnyway());
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
        _rig.Environment.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(EndpointHealth.Healthy, _rig.Health);
    }

    [Fact]
    public void Panic_FailureOfAnEjectedEndpoint_ProlongsNothing()
    {
        _rig.Eject();
        _rig.Record(OutcomeKind.Failure, _rig.Endpoint.Monitor.EnterAnyway());
        Assert.InRange(_rig.WaitForProbation(), HealthRig.Ejection, HealthRig.Ejection * 1.11);
    }

    [Fact]
    public void Probation_SeveralPermits_AdmitsSoMany()
    {
        var rig = new HealthRig(new HealthOptions { FailureThreshold = 1, ProbePermits = 3 });
        rig.Eject();
        rig.WaitForProbation();
        for (var i = 0; i < 3; i++) rig.Enter();
        Assert.False(rig.TryEnter(out _));
    }
}
