using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class ServiceTests
{
    private static readonly Scenario One = new()
    {
        Name = "one",
        Duration = Scenes.Seconds(20),
        Service = new ServiceModel { Instances = 1, Workers = 1, ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
        Network = new NetworkModel { Latency = new Constant(TimeSpan.Zero) },
        Traffic = new TrafficModel { Process = ArrivalProcess.Paced, Rate = 20, Batch = 4 },
    };

    [Fact]
    public void Delay_MakesNobodyWait()
    {
        var report = Scenes.Run(One with { Service = One.Service with { Discipline = Discipline.Delay, Queue = 0 } });

        Assert.Equal(10, report.LatencyMs.Max, 0.01);
        Assert.Equal((0, 0), (report.Waited, report.Failed));
    }

    [Fact]
    public void Fifo_CountsThoseWhoWait() =>
        Assert.Equal(0.75, Metrics.Find("waitedShare").Of(Scenes.Run(One))!.Value, 0.001);

    [Fact]
    public void Speed_OfAHalf_TakesTwiceAsLong() =>
        Assert.Equal(20, Scenes.Run(One with { Service = One.Service with { Discipline = Discipline.Delay, Speeds = [0.5] } }).LatencyMs.P50, 0.1);

    [Fact]
    public void Crowding_AddsForEachCallThatIsThere()
    {
        var report = Scenes.Run(One with
        {
            Service = One.Service with { Discipline = Discipline.Delay, Crowding = TimeSpan.FromMilliseconds(5) },
        });

        // 15, 20, 25 and 30 ms.
        Assert.Equal(22.5, report.LatencyMs.Mean, 0.01);
    }

    [Fact]
    public void Clocked_AnswersOneAtEachMultiple()
    {
        var report = Scenes.Run(One with
        {
            Traffic = One.Traffic with { Rate = 1, Batch = 1 },
            Client = new ClientModel { Calls = new() { Deadline = Scenes.Seconds(100), AttemptTimeout = Scenes.Seconds(100) } },
            Service = One.Service with { Discipline = Discipline.Clocked, ServiceTime = new Constant(Scenes.Seconds(2)) },
        });

        // One call a second and one answer every two: the last of twenty is answered about when the clock strikes twenty.
        Assert.InRange(report.LatencyMs.Max, 18_000, 22_000);
        Assert.InRange(report.LatencyMs.P50, 9_000, 11_500);
    }

    [Fact]
    public void Ids_Drawn_DifferBySeedAndNotByRun()
    {
        var scenario = One with { Service = One.Service with { Ids = InstanceIds.Drawn } };
        var ids = ((ulong[])[1, 1, 2]).Select(seed => Scenes.Run(scenario, seed).PerInstance[0].Id).ToArray();

        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2], StringComparer.Ordinal);
        Assert.StartsWith("orders-", ids[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Breakdowns_StopServiceAndLoseNothing()
    {
        var report = Scenes.Run(One with
        {
            Traffic = new TrafficModel { Rate = 20 },
            Client = new ClientModel { ActiveChecks = false },
            Faults = [new BreakdownsFault { Up = new Constant(Scenes.Seconds(4)), Down = new Constant(Scenes.Seconds(1)) }],
        });

        Assert.Equal(report.Calls, report.Succeeded);
        Assert.InRange(report.LatencyMs.Max, 500, 1200);
        Assert.Empty(Scenes.Violated(report));
    }

    [Fact]
    public void Waking_ToErrorsThatAreAnsweredAtOnce_ServesWhoWaited()
    {
        // Once those that hung are answered nobody else comes, and a deploy waits until all who are there have been served.
        var report = Scenes.Run(One with
        {
            Duration = Scenes.Seconds(2),
            Client = new ClientModel { ActiveChecks = false },
            Service = One.Service with { ServiceTime = new Constant(TimeSpan.FromMilliseconds(50)) },
            Traffic = One.Traffic with { Rate = 30 },
            Faults =
            [
                new RollingDeployFault { At = Scenes.Seconds(1), Drain = Scenes.Seconds(1) },
                new HangFault { At = Scenes.Seconds(1.5), For = Scenes.Seconds(1) },
                new ErrorsFault { At = Scenes.Seconds(1.6), For = Scenes.Seconds(2), Share = 1, Fast = true },
            ],
        });

        Assert.Contains(report.Timeline, static t => t.Event.EndsWith("rolling deploy ends", StringComparison.Ordinal));
    }

    [Fact]
    public void Timeline_ThatWouldFillTheMemory_IsCut()
    {
        var report = Scenes.Run(One with
        {
            Client = new ClientModel { ActiveChecks = false },
            Faults = [new FlapFault { Down = TimeSpan.FromMilliseconds(3), Up = TimeSpan.FromMilliseconds(3), Target = Target.All }],
        });

        Assert.Equal(5001, report.Timeline.Length);
        Assert.EndsWith("more not shown", report.Timeline[^1].Event, StringComparison.Ordinal);
    }

    [Fact]
    public void MeasureFrom_LeavesOutWhatWasBefore()
    {
        var all = Scenes.Run(One);
        var later = Scenes.Run(One with { MeasureFrom = Scenes.Seconds(15) });

        Assert.Equal(all.Calls / 4.0, later.Calls, 4.0);
        Assert.Equal(later.Calls, later.Succeeded);
        Assert.Equal(later.Calls, later.Attempts);
        Assert.Equal(all.TraceHash, later.TraceHash);
    }

    [Fact]
    public void Keys_UnderAHash_StayWhereTheyAre()
    {
        var scenario = One with
        {
            Service = One.Service with { Instances = 5, Discipline = Discipline.Delay },
            Traffic = new TrafficModel { Rate = 500, Keys = 1000 },
            Client = new ClientModel { Balancer = "rendezvous" },
            Faults = [new ScaleFault { At = Scenes.Seconds(10), To = 4 }],
        };

        // Rendezvous moves nothing needlessly, and random routing nearly everything.
        Assert.Equal(0, Scenes.Run(scenario).MovesPerKey);
        Assert.Equal(0, Scenes.Run(scenario with { Client = scenario.Client with { Seam = CallSeam.Http } }).MovesPerKey);
        Assert.True(Scenes.Run(scenario with { Client = new ClientModel { Balancer = "random" } }).MovesPerKey > 1);
    }
}
