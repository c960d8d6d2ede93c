using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class WorkTests
{
    // Nobody waits, and messages take the same time: a call takes what its work takes.
    private static Scenario Alone(WorkOf work, string balancer) => Scenes.Small with
    {
        Duration = Scenes.Seconds(5),
        Service = new ServiceModel { Discipline = Discipline.Delay, Work = work },
        Network = new NetworkModel { Latency = new Constant(TimeSpan.FromMilliseconds(1)) },
        Client = new ClientModel { Balancer = balancer },
    };

    [Fact]
    public void Work_OfCalls_IsTheSameUnderEveryPolicy()
    {
        var random = Scenes.Run(Alone(WorkOf.Calls, "random"), 3);

        Assert.Equal(random.LatencyMs, Scenes.Run(Alone(WorkOf.Calls, "round-robin"), 3).LatencyMs);
        Assert.NotEqual(random.LatencyMs, Scenes.Run(Alone(WorkOf.Calls, "random"), 4).LatencyMs);
        Assert.NotEqual(random.LatencyMs, Scenes.Run(Alone(WorkOf.Instances, "random"), 3).LatencyMs);
        // The distribution is the same: a mean of 10 ms, and two messages.
        Assert.InRange(random.LatencyMs.Mean, 11, 13);
    }

    [Fact]
    public void Work_OfInstances_DependsOnWhoIsPicked() => Assert.NotEqual(
        Scenes.Run(Alone(WorkOf.Instances, "random"), 3).LatencyMs, Scenes.Run(Alone(WorkOf.Instances, "round-robin"), 3).LatencyMs);
}
