using System.Collections.Immutable;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Quality;

/// <summary>What the policies promise of how calls are shared, with health out of the way: nobody is ejected.</summary>
public sealed class BalancerQualityTests
{
    private const string Bad = "orders-1";
    private const string FailureAware = "failure-aware";

    private static Scenario Fleet(int instances, double load, int seconds, string balancer, int clients = 1, params ImmutableArray<Fault> faults) => new()
    {
        Name = "quality",
        Service = new ServiceModel { Instances = instances },
        Traffic = new TrafficModel { Load = load },
        Client = new ClientModel
        {
            Balancer = balancer,
            Count = clients,
            ActiveChecks = false,
            Calls = new CallOptions { MaxAttempts = 1 },
            Health = new HealthOptions { MaxEjectedShare = 0 },
        },
        Duration = TimeSpan.FromSeconds(seconds),
        Faults = faults,
    };

    // Errors in a fiftieth of the usual time.
    private static Fault[] DeadFast(TimeSpan? until = null) =>
    [
        new ErrorsFault { Target = Target.Parse(Bad), For = until },
        new SlowFault { Target = Target.Parse(Bad), Factor = 0.02, For = until },
    ];

    private static double ShareOfBad(RunReport report) => report.PerInstance.Single(static i => i.Id == Bad).Share;

    [Theory]
    [InlineData(2, 0.005)]
    [InlineData(20, 0.0005)]
    public void FailureAware_HostThatFailsFast_FoolsNobody(int instances, double most)
    {
        var report = ScenarioRunner.Run(Fleet(instances, 0.5, instances == 2 ? 120 : 60, FailureAware, faults: [.. DeadFast()]), 1);
        Assert.InRange((double)report.Failed / report.Calls, 0, most);
    }

    [Fact]
    public void TwoChoicesAlone_HostThatFailsFast_AttractsCalls()
    {
        var report = ScenarioRunner.Run(Fleet(2, 0.5, 20, "power-of-two-choices", faults: [.. DeadFast()]), 1);
        Assert.InRange((double)report.Failed / report.Calls, 0.6, 1);
    }

    [Fact]
    public void FailureAware_FivePercentErrors_KeepsMostOfItsShare()
    {
        var errors = new ErrorsFault { Target = Target.Parse(Bad), Share = 0.05 };
        var report = ScenarioRunner.Run(Fleet(20, 0.5, 60, FailureAware, 40, errors), 1);
        Assert.InRange(ShareOfBad(report), 0.6 / 20, 1.05 / 20);
    }

    [Fact]
    public void FailureAware_Repaired_HasHalfItsShareWithinTwentySeconds()
    {
        // Dead for a minute; of what follows, twenty seconds to come back and forty in which its share is looked at.
        var broken = ScenarioRunner.Run(Fleet(20, 0.5, 80, FailureAware, faults: [.. DeadFast(TimeSpan.FromSeconds(60))]), 1);
        var mended = ScenarioRunner.Run(Fleet(20, 0.5, 120, FailureAware, faults: [.. DeadFast(TimeSpan.FromSeconds(60))]), 1);
        var after = Attempts(mended) - Attempts(broken);
        Assert.InRange(after / (double)(mended.Attempts - broken.Attempts), 0.5 / 20, 1.5 / 20);

        static long Attempts(RunReport report) => report.PerInstance.Single(static i => i.Id == Bad).Attempts;
    }

    [Fact]
    public void RoundRobin_HundredClientsStartTogether_DoNotMeet()
    {
        var report = ScenarioRunner.Run(
            Fleet(20, 0.5, 1, "round-robin", clients: 100) with
            {
                Traffic = new TrafficModel { Rate = 100, Process = ArrivalProcess.Paced },
                Duration = TimeSpan.FromSeconds(1.5),
            },
            1);
        // A hundred first calls on twenty: five each, and four standard deviations.
        Assert.Equal(100, report.Attempts);
        Assert.InRange(report.PerInstance.Max(static i => i.Attempts), 5, 14);
    }
}
