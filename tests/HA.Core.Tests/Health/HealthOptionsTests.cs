using HA.Core.Client;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class HealthOptionsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string, Func<HealthOptions>> Bad => new()
    {
        { "FailureThreshold must be at least 1", static () => new() { FailureThreshold = 0 } },
        { "LocalFailureThreshold must be at least 1", static () => new() { LocalFailureThreshold = 0 } },
        { "FailureShare must be above 0 and at most 1", static () => new() { FailureShare = 0 } },
        { "SlowShare must be above 0 and at most 1", static () => new() { SlowShare = 1.01 } },
        { "SlowCallTime must be longer than zero", static () => new() { SlowCallTime = TimeSpan.Zero } },
        { "Window must be longer than zero", static () => new() { Window = TimeSpan.Zero } },
        { "MinWindowCalls must be at least 1", static () => new() { MinWindowCalls = 0 } },
        { "EjectionTime must be longer than zero", static () => new() { EjectionTime = -Second } },
        { "MaxEjectedShare must be between 0 and 1", static () => new() { MaxEjectedShare = double.NaN } },
        { "ProbePermits must be at least 1", static () => new() { ProbePermits = 0 } },
        { "ProbePermits is at most 200", static () => new() { ProbePermits = 201 } },
        { "ProbeTimeout must be longer than zero", static () => new() { ProbeTimeout = TimeSpan.Zero } },
        { "ProbesToRestore must be at least 1", static () => new() { ProbesToRestore = 0 } },
        { "PanicThreshold must be between 0 and 1", static () => new() { PanicThreshold = 1.5 } },
        { "CheckInterval must be longer than zero", static () => new() { CheckInterval = TimeSpan.Zero } },
        { "RecheckInterval must be longer than zero", static () => new() { RecheckInterval = TimeSpan.Zero } },
        { "CheckTimeout must be longer than zero", static () => new() { CheckTimeout = TimeSpan.Zero } },
        { "MaxConcurrentChecks must be at least 2", static () => new() { MaxConcurrentChecks = 1 } },
        { "Rise must be at least 1", static () => new() { Rise = 0 } },
        { "Fall must be at least 1", static () => new() { Fall = 0 } },
    };

    public static TheoryData<string, HealthOptions> AtOdds => new()
    {
        { "MaxEjectionTime must not be shorter", new() { EjectionTime = Second * 61, MaxEjectionTime = Second * 60 } },
        { "CheckTimeout must not be longer", new() { CheckTimeout = Second * 6 } },
        { "RecheckInterval must not be longer", new() { RecheckInterval = Second * 6 } },
        { "IdleCheckInterval must not be shorter", new() { IdleCheckInterval = Second * 4 } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Value_OutOfRange_TeachesWhatIsRight(string rule, Func<HealthOptions> create) =>
        Assert.Contains(rule, Assert.Throws<ArgumentOutOfRangeException>(() => create()).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(AtOdds))]
    public void Values_AtOdds_AreToldWhenThePoolIsMade(string rule, HealthOptions options) => Assert.Contains(
        rule, Assert.Throws<ArgumentException>(() => new ServicePool(Orders.Service, new ManualEnvironment(), new PoolOptions { Health = options })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Intervals_NotSet_FollowTheCheckInterval()
    {
        var options = new HealthOptions { CheckInterval = Second * 8 };
        Assert.Equal((Second * 2, Second * 8, Second * 8), (options.RecheckInterval, options.UnhealthyCheckInterval, options.IdleCheckInterval));
        options = options with { RecheckInterval = Second, UnhealthyCheckInterval = Second * 3, IdleCheckInterval = Second * 60 };
        Assert.Equal((Second, Second * 3, Second * 60), (options.RecheckInterval, options.UnhealthyCheckInterval, options.IdleCheckInterval));
    }

    [Fact]
    public void Limits_NotSet_GiveWayToWhatIs()
    {
        var options = new HealthOptions { CheckInterval = Second / 2, EjectionTime = Second * 90 };
        Assert.Equal((Second / 2, Second * 90), (options.CheckTimeout, options.MaxEjectionTime));
        Assert.Equal((Second, Second * 60), (new HealthOptions().CheckTimeout, new HealthOptions().MaxEjectionTime));
    }

    [Fact]
    public void DetectionBound_Recommended_IsWhatTheDocumentationSays() =>
        Assert.Equal(10.575, new HealthOptions().DetectionBound.TotalSeconds, 6);

    [Fact]
    public void Detector_Recommended_EjectsByRowsAndByRate()
    {
        var rows = new HealthRig(new HealthOptions());
        for (var i = 1; i < HealthDefaults.FailureThreshold; i++) rows.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, rows.Health);
        rows.Call(OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, rows.Health);

        var rate = new HealthRig(new HealthOptions());
        for (var i = 0; i < HealthDefaults.MinWindowCalls; i++) rate.Call(i % 2 == 0 ? OutcomeKind.Success : OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Unhealthy, rate.Health);
    }

    [Fact]
    public void Detector_SlowCallTime_EjectsTheSlow()
    {
        var rig = new HealthRig(new HealthOptions { SlowCallTime = Second });
        for (var i = 0; i < HealthDefaults.MinWindowCalls; i++)
        {
            Assert.Equal(EndpointHealth.Healthy, rig.Health);
            rig.Endpoint.Monitor.Record(new CallOutcome(OutcomeKind.Success, Second, 0), rig.Enter());
        }

        Assert.Equal(EndpointHealth.Unhealthy, rig.Health);
    }

    [Fact]
    public void Detector_RateSwitchedOff_IsRowsOnly()
    {
        var rig = new HealthRig(new HealthOptions { FailureShare = null });
        for (var i = 0; i < 400; i++) rig.Call(i % 5 == 0 ? OutcomeKind.Success : OutcomeKind.Failure);
        Assert.Equal(EndpointHealth.Healthy, rig.Health);
    }
}
