using HA.Core.Calls;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests;

public sealed class HealthFaultTests
{
    private static readonly Scenario Alone = Scenes.Small with
    {
        Service = new ServiceModel { Instances = 1, ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
        Traffic = new TrafficModel { Rate = 50, Process = ArrivalProcess.Paced },
        Client = new ClientModel { Calls = new CallOptions { MaxAttempts = 1 } },
    };

    [Fact]
    public void FastErrors_AreAnsweredWithoutTheUsualTime()
    {
        var slow = Scenes.Run(Alone with { Faults = [new ErrorsFault { Target = Target.All }] });
        var fast = Scenes.Run(Alone with { Faults = [new ErrorsFault { Target = Target.All, Fast = true }] });

        Assert.Equal((0, 0), (slow.Succeeded, fast.Succeeded));
        Assert.InRange(slow.LatencyMs.P50, 10, 11);
        Assert.InRange(fast.LatencyMs.P50, 0.4, 0.7);
    }

    [Fact]
    public void LyingChecks_TakeEverybodyDownAndNoCallFails()
    {
        var report = Scenes.Run(Scenes.With(new LyingChecksFault { Target = Target.All, At = Scenes.Seconds(1) }));

        Assert.Equal((0, 1), (report.Failed, report.Panics));
        Assert.Equal(3, report.Timeline.Count(static t => t.Event.EndsWith("to Unhealthy: check answered 500", StringComparison.Ordinal)));
    }

    [Fact]
    public void WarmUp_CallsAreSlowerAtFirstAndThenAsEver()
    {
        var warm = Scenes.Run(Alone);
        var cold = Scenes.Run(Alone with { Service = Alone.Service with { WarmUp = Scenes.Seconds(10), ColdFactor = 3 } });

        Assert.Equal(warm.LatencyMs.Max, warm.LatencyMs.P50, 0.5);
        // Half of the run is warm; the very first call takes three times as long.
        Assert.InRange(cold.LatencyMs.Max / warm.LatencyMs.P50, 2.7, 3.1);
        Assert.InRange(cold.LatencyMs.P50 / warm.LatencyMs.P50, 0.99, 1.2);
    }
}
