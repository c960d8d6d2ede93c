using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests;

public sealed class DrainTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void RollingDeploy_HundredThousandCalls_NoneFailsAndNoneIsRepeated(ulong seed)
    {
        var report = ScenarioRunner.Run(
            new Scenario
            {
                Name = "rolling-deploy",
                Duration = TimeSpan.FromSeconds(40),
                Service = new ServiceModel { Instances = 5, Workers = 11 },
                Client = new ClientModel { Count = 4 },
                Faults = [new RollingDeployFault { At = TimeSpan.FromSeconds(3) }],
            },
            seed);

        Assert.True(report.Calls >= 100_000, $"{report.Calls} calls");
        Assert.Equal((0L, 0L), (report.Failed, report.Retries));
        Assert.Equal(5, report.Timeline.Count(static t => t.Who == "fault" && t.Event.EndsWith("begins", StringComparison.Ordinal)));
        Assert.Empty(Scenes.Violated(report));
    }
}
