using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class SharedWorkersTests
{
    [Theory, InlineData(1, 1, 10), InlineData(2, 1, 20), InlineData(4, 1, 40), InlineData(2, 2, 10), InlineData(6, 2, 30)]
    public void Calls_ThatComeTogether_ShareTheWorkersEqually(int calls, int workers, double milliseconds)
    {
        var report = Scenes.Run(Batches(calls, workers));

        Assert.Equal(milliseconds, report.LatencyMs.Mean, 0.01);
        Assert.Equal(milliseconds, report.LatencyMs.Max, 0.01);
        Assert.Equal(0, report.Failed);
    }

    [Fact]
    public void Calls_BeyondWorkersAndQueue_AreTurnedAway()
    {
        var scenario = Batches(10, 2);
        var report = Scenes.Run(scenario with
        {
            Service = scenario.Service with { Queue = 3 },
            Client = new ClientModel { Calls = new() { MaxAttempts = 1 }, Health = new() { MaxEjectedShare = 0 } },
        });

        Assert.Equal(0.5, Metrics.Find("rejectedShare").Of(report)!.Value, 0.001);
        Assert.Equal(report.Rejected, report.Failed);
    }

    [Fact]
    public void Hang_WithCallsUnderWay_LosesNone()
    {
        var scenario = Batches(3, 1) with { Faults = [new HangFault { At = Scenes.Seconds(2.995), For = Scenes.Seconds(1), Target = Target.All }] };
        var report = Scenes.Run(scenario with { Client = new ClientModel { ActiveChecks = false } });

        Assert.Equal((report.Calls, 0), (report.Succeeded, report.Failed));
        Assert.Empty(Scenes.Violated(report));
    }

    private static Scenario Batches(int calls, int workers) => new()
    {
        Name = "batches",
        Duration = Scenes.Seconds(20),
        Service = new ServiceModel
        {
            Instances = 1,
            Workers = workers,
            Discipline = Discipline.ProcessorSharing,
            ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)),
        },
        Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
        Traffic = new TrafficModel { Process = ArrivalProcess.Paced, Rate = calls, Batch = calls },
    };
}
