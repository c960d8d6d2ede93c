using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class ArrivalTests
{
    [Fact]
    public void RateCurve_Spike_BringsWhatItsAreaSays()
    {
        // 10 a second, 100 a second from 2 s to 3 s, then 10 again.
        var curve = new RateCurve(10, [Change(2, 100), Change(3, 10)], 1, 0);

        Assert.Equal(Seconds(1), curve.Until(0, 10));
        Assert.Equal(Seconds(2.5), curve.Until(0, 70));
        Assert.Equal(Seconds(4), curve.Until(0, 130));
        Assert.Equal(Seconds(0.1), curve.Until(Seconds(2.4), 10));
    }

    [Fact]
    public void RateCurve_Ramp_GrowsInAStraightLine()
    {
        // From 0 to 100 a second over 10 s: 500 arrivals in all, a quarter of them in the first half.
        var curve = new RateCurve(0, [Change(0, 100) with { Over = TimeSpan.FromSeconds(10) }], 1, 0);

        Assert.InRange(curve.Until(0, 125), Seconds(5) - 1, Seconds(5) + 1);
        Assert.InRange(curve.Until(0, 500), Seconds(10) - 1, Seconds(10) + 1);
        Assert.InRange(curve.Until(Seconds(5), 475), Seconds(6) - 1, Seconds(6) + 1);
    }

    [Fact]
    public void RateCurve_Silence_LastsForEver() =>
        Assert.Equal(long.MaxValue, new RateCurve(10, [Change(1, 0)], 1, 0).Until(0, 11));

    [Fact]
    public void Changes_OfTheRate_AreSeenInTheCalls()
    {
        var report = Scenes.Run(Scenes.Small with
        {
            Traffic = new TrafficModel { Rate = 100, Process = ArrivalProcess.Paced, Changes = [Change(5, 0), Change(10, 300), Change(15, 0)] },
        });

        Assert.InRange(report.Calls, 500 + 1500 - 3, 500 + 1500 + 3);
    }

    [Fact]
    public void Recorded_Gaps_RepeatFromTheStart()
    {
        var report = Scenes.Run(Scenes.Small with
        {
            Traffic = new TrafficModel { Process = ArrivalProcess.Recorded, Gaps = [TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(30)] },
        });

        // 20 s at two calls for each 40 ms; the last one would come at the very end.
        Assert.Equal(999, report.Calls);
    }

    [Fact]
    public void Closed_Users_HaveNeverMoreCallsThanThereAreUsers()
    {
        var report = Scenes.Run(Scenes.Small with
        {
            Client = new ClientModel { Count = 3 },
            Traffic = new TrafficModel { Process = ArrivalProcess.Closed, Users = 7, Think = new Constant(TimeSpan.FromMilliseconds(1)) },
            Service = new ServiceModel { Instances = 1, Workers = 1, Queue = 6, ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) },
        });

        // Seven users keep one worker busy without a gap, and six places are enough for those who wait.
        Assert.Equal(0, report.Rejected);
        Assert.InRange(report.Calls, 1990, 2010);
        Assert.Empty(Scenes.Violated(report));
    }

    private static RateChange Change(double at, double rate) => new() { At = TimeSpan.FromSeconds(at), Rate = rate };

    private static long Seconds(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);
}
