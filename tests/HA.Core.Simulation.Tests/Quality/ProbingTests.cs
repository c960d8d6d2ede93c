using HA.Core.Balancing;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Quality;

/// <summary>
/// What probing is for: many clients, and servers whose speed changes all the time, as on machines that others use too. Each is
/// four times slower for half of every ten seconds, one after the other (the shape of the load ramp of Prequal, NSDI 2024).
/// </summary>
public sealed class ProbingTests
{
    private static LatencySummary Run(ulong seed, string balancer, ProbingOptions? probing = null)
    {
        var fleet = Fleet.Of(10, load: 0.8, seconds: 30, balancer, clients: 20);
        return ScenarioRunner.Run(
            fleet with
            {
                Service = fleet.Service with { Discipline = Discipline.ProcessorSharing, ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
                Traffic = new TrafficModel { Rate = 1500 },
                Client = fleet.Client with { Probing = probing, Calls = fleet.Client.Calls with { AttemptTimeout = TimeSpan.FromSeconds(5) } },
                Faults =
                [
                    .. from i in Enumerable.Range(0, 10)
                       from period in Enumerable.Range(0, 2)
                       select new SlowFault
                       {
                           At = TimeSpan.FromSeconds((10 * period) + i), For = TimeSpan.FromSeconds(5), Factor = 4, Target = Target.Parse($"orders-{i + 1}"),
                       },
                ],
            },
            seed).LatencyMs;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Probing_ServersChangeTheirSpeed_KeepsTheTailShort(ulong seed)
    {
        var probing = Run(seed, "failure-aware", new ProbingOptions());
        Assert.InRange(Run(seed, "round-robin").P99 / probing.P99, 10, 1000);
        Assert.InRange(probing.P90 / Run(seed, "power-of-two-choices").P90, 0.05, 0.5);
        Assert.InRange(probing.P90 / Run(seed, "shared-load").P90, 0.2, 0.8);
        Assert.InRange(probing.P50, 10, 15);
    }
}
