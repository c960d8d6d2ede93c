using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Quality;

public sealed class StartTogetherTests
{
    [Fact]
    public void RoundRobin_HundredClientsStartTogether_DoNotMeet()
    {
        var report = ScenarioRunner.Run(
            Fleet.Of(20, 0.5, 1, "round-robin", clients: 100) with
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
