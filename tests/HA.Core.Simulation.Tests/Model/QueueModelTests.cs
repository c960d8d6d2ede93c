using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class QueueModelTests
{
    private static readonly Scenario OneWorker = new()
    {
        Name = "m/m/1",
        Duration = TimeSpan.FromSeconds(1000),
        Service = new ServiceModel { Instances = 1, Workers = 1, Queue = 1_000_000 },
        Traffic = new TrafficModel { Load = 0.5 },
        Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
    };

    [Fact]
    public void OneWorker_AtHalfLoad_IsAsTheoryHasIt()
    {
        var report = Scenes.Run(OneWorker);

        // M/M/1: mean time in the system = service time / (1 - load) = 20 ms; busy as the load.
        Assert.InRange(report.LatencyMs.Mean, 20 * 0.95, 20 * 1.05);
        Assert.InRange(report.PerInstance[0].Utilisation, 0.48, 0.52);
        Assert.InRange(report.Calls, 48_000, 52_000);
        Assert.Empty(Scenes.Violated(report));
    }

    [Fact]
    public void ConstantService_WaitsHalfAsLong()
    {
        var report = Scenes.Run(OneWorker with
        {
            Service = OneWorker.Service with { ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
        });

        // M/D/1: 10 ms of service and 0.5 / (2 * 0.5) * 10 ms = 5 ms of waiting.
        Assert.InRange(report.LatencyMs.Mean, 15 * 0.95, 15 * 1.05);
    }

    [Fact]
    public void FullQueue_AnswersOverloadAtOnce()
    {
        var report = Scenes.Run(OneWorker with
        {
            Duration = TimeSpan.FromSeconds(20),
            Service = OneWorker.Service with { Queue = 0 },
            Traffic = new TrafficModel { Load = 3, IdempotentShare = 0 },
        });

        // M/M/1/1 (Erlang B): three of four are turned away.
        Assert.InRange((double)report.Failed / report.Calls, 0.70, 0.80);
        Assert.Contains("503", report.FirstError, StringComparison.Ordinal);
    }
}
