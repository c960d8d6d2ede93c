using System.Collections.Immutable;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

/// <summary>Calls of 100 ms that come together, at each full second.</summary>
public sealed class NoisyNeighboursTests
{
    private static readonly TimeSpan Long = Scenes.Seconds(100);

    private static RunReport Run(
        ImmutableArray<Fault> neighbours, double seconds, int batch, int workers, Discipline discipline = Discipline.Fifo, int instances = 1) =>
        Scenes.Run(new Scenario
        {
            Name = "neighbours",
            Duration = Scenes.Seconds(seconds),
            Service = new ServiceModel
            {
                Instances = instances,
                Workers = workers,
                Discipline = discipline,
                ServiceTime = new Constant(TimeSpan.FromMilliseconds(100)),
            },
            Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
            Traffic = new TrafficModel { Process = ArrivalProcess.Paced, Rate = batch, Batch = batch },
            Client = new ClientModel { Balancer = "round-robin", ActiveChecks = false },
            Faults = neighbours,
        });

    [Fact]
    public void SharedWorkers_TakenWhileCallsAreServed_SlowThemDownAtOnce()
    {
        // For 50 ms each has a worker; the 50 ms of work that are left to each of four take 200 ms of the only one.
        var report = Run([new NoisyNeighboursFault { At = Scenes.Seconds(1.05), Takes = 3, Busy = Long }], 1.5, batch: 4, workers: 4, Discipline.ProcessorSharing);

        Assert.Equal(250, report.LatencyMs.Mean, 0.01);
        Assert.Equal(250, report.LatencyMs.Max, 0.01);
    }

    [Fact]
    public void SharedWorkers_GivenBack_ServeAsBefore()
    {
        var report = Run(
            [new NoisyNeighboursFault { At = Scenes.Seconds(5.5), For = Scenes.Seconds(10), Takes = 3, Busy = Long }], 20.5, batch: 4, workers: 4,
            Discipline.ProcessorSharing);

        // Ten batches at four times the usual time, ten at the usual one.
        Assert.Equal(250, report.LatencyMs.Mean, 0.01);
        Assert.Equal(400, report.LatencyMs.Max, 0.01);
        Assert.Empty(Scenes.Violated(report));
    }

    [Fact]
    public void Call_ThatHasAWorker_KeepsIt()
    {
        var report = Run([new NoisyNeighboursFault { At = Scenes.Seconds(1.05), Takes = 1, Busy = Long }], 2.5, batch: 2, workers: 2);

        // The first two undisturbed; of the next two one waits.
        Assert.Equal((100 + 100 + 100 + 200) / 4.0, report.LatencyMs.Mean, 0.01);
    }

    [Fact]
    public void Worker_GivenBack_TakesWhoWaitsAtOnce()
    {
        var report = Run(
            [new NoisyNeighboursFault { At = Scenes.Seconds(0.5), Takes = 1, Busy = Scenes.Seconds(0.65), Idle = Long }], 1.5, batch: 4, workers: 2);

        // At 1.15 s the third begins, at 1.2 s the fourth.
        Assert.Equal((100 + 200 + 250 + 300) / 4.0, report.LatencyMs.Mean, 0.01);
    }

    [Fact]
    public void Neighbours_OfSeveralInstances_AreBusyOneAfterTheOther()
    {
        var report = Run(
            [new NoisyNeighboursFault { At = Scenes.Seconds(0.5), For = Scenes.Seconds(5), Takes = 1, Busy = Scenes.Seconds(5), Idle = Scenes.Seconds(5) }], 5.5,
            batch: 4, workers: 2, Discipline.ProcessorSharing, instances: 2);

        // Those of the second would begin when it is over.
        Assert.Equal(150, report.LatencyMs.Mean, 0.01);
    }

    [Fact]
    public void TwoKindsOfNeighbours_LeaveOneWorkerAndGiveAllBack()
    {
        var neighbours = new NoisyNeighboursFault { At = Scenes.Seconds(0.5), For = Scenes.Seconds(1), Takes = 2, Busy = Long };
        var report = Run([neighbours, neighbours with { At = Scenes.Seconds(0.7) }], 3.5, batch: 3, workers: 3);

        // At 1 s one worker of three is left, at 2 s and 3 s all are back.
        Assert.Equal((100 + 200 + 300 + (6 * 100)) / 9.0, report.LatencyMs.Mean, 0.01);
    }
}
