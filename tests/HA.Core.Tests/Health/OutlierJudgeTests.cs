using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class OutlierJudgeTests
{
    [Fact]
    public void Compare_OneDeadOfThree_IsEjectedWithTheReason()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly);
        fleet.Serve(200, 0, 1, 0);
        Assert.Empty(fleet.Ejected);
        fleet.Compare();
        Assert.Equal([1], fleet.Ejected);
        Assert.Equal("success rate 0 %, median of its peers 100 %", fleet.Listener.Health.Single().Reason);
    }

    [Fact]
    public void Compare_FourDeadOfTen_AreAllEjected()
    {
        var fleet = new HealthFleet(10, HealthFleet.ComparedOnly);
        fleet.Serve(200, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0);
        fleet.Compare();
        Assert.Equal([1, 2, 5, 6], fleet.Ejected);
    }

    [Fact]
    public void Compare_NinetyNineAmongNinetyNinePointNineNine_IsSpared()
    {
        var fleet = new HealthFleet(5, HealthFleet.ComparedOnly);
        fleet.Serve(10_000, 0.0001, 0.0001, 0.01, 0.0001, 0.0001);
        fleet.Compare();
        Assert.Empty(fleet.Ejected);
    }

    [Theory]
    [InlineData(20, 0.1, false, 2)]
    [InlineData(20, 0.29, false, 5)]
    [InlineData(3, 0.1, false, 0)]
    [InlineData(3, 0.1, true, 1)]
    [InlineData(10, 0.3, false, 3)]
    [InlineData(10, 1, false, 4)]
    public void Compare_ManyBad_EjectsExactlyAsManyAsAllowedAndTheWorstFirst(int count, double share, bool allowOne, int expected)
    {
        var fleet = new HealthFleet(count, HealthFleet.ComparedOnly with { MaxEjectedShare = share, AllowOneEjection = allowOne });
        var bad = count == 20 ? 6 : count == 10 ? 4 : 1;
        fleet.Serve(200, [.. Enumerable.Range(0, count).Select(i => i < bad ? 0.5 + (i * 0.05) : 0)]);
        fleet.Compare(count - 1);
        Assert.Equal(Enumerable.Range(0, bad).Reverse().Take(expected).Order(), fleet.Ejected);
    }

    [Fact]
    public void Compare_BeforeTheIntervalIsOver_DoesNotHappen()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly);
        fleet.Serve(200, 0, 1, 0);
        fleet.Environment.Advance(TimeSpan.FromSeconds(9.9));
        fleet.Call(0, OutcomeKind.Success);
        fleet.Environment.RunPosted();
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Compare_OutcomeStampedWrongly_DoesNotHurryIt()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly);
        fleet.Serve(200, 0, 1, 0);
        fleet.Endpoints[0].Monitor.TryEnter(out var ticket);
        fleet.Endpoints[0].Monitor.Record(new CallOutcome(OutcomeKind.Success, TimeSpan.Zero, long.MaxValue), ticket);
        fleet.Environment.RunPosted();
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Compare_NextInterval_BeginsWithCleanTallies()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly);
        fleet.Serve(90, 0, 1, 0);
        fleet.Compare();
        fleet.Serve(90, 0, 1, 0);
        fleet.Compare();
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Compare_SlowOne_IsEjectedIfAskedFor()
    {
        var fleet = new HealthFleet(4, HealthFleet.ComparedOnly with { Outliers = new OutlierOptions { LatencyFactor = 3 } });
        for (var call = 0; call < 200; call++)
        {
            for (var i = 0; i < 4; i++) fleet.Call(i, OutcomeKind.Success, i == 2 ? 400 : 20);
        }

        fleet.Compare();
        Assert.Equal([2], fleet.Ejected);
        Assert.Equal("mean latency 400 ms, median of its peers 20 ms", fleet.Listener.Health.Single().Reason);
    }

    [Fact]
    public void Compare_SwitchedOff_EjectsNobody()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly with { Outliers = null });
        fleet.Serve(200, 0, 1, 0);
        fleet.Compare();
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Compare_SwitchedOn_CountsFromThenOn()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly with { Outliers = null });
        fleet.Serve(200, 0, 1, 0);
        fleet.Tracker.Reconfigure(HealthFleet.ComparedOnly);
        fleet.Compare();
        Assert.Empty(fleet.Ejected);
        fleet.Serve(200, 0, 1, 0);
        fleet.Compare();
        Assert.Equal([1], fleet.Ejected);
    }

    [Fact]
    public void Compare_OneThatCameBack_DoesNotHoldItsPastAgainstIt()
    {
        var fleet = new HealthFleet(3, HealthFleet.ComparedOnly with { EjectionTime = TimeSpan.FromSeconds(1) });
        fleet.Serve(200, 0, 1, 0);
        Assert.True(((EndpointHealthState)fleet.Endpoints[1].Monitor).MarkUnhealthy());
        fleet.Environment.Advance(TimeSpan.FromSeconds(2));
        fleet.Call(1, OutcomeKind.Success);
        fleet.Compare();
        Assert.Empty(fleet.Ejected);
    }

    [Fact]
    public void Cap_OneIsBack_LeavesRoomForAnother()
    {
        var fleet = new HealthFleet(4, new HealthOptions { FailureThreshold = 1, MaxEjectedShare = 0.25, ProbesToRestore = 1 });
        fleet.Call(0, OutcomeKind.Failure);
        fleet.Call(1, OutcomeKind.Failure);
        Assert.Equal([0], fleet.Ejected);
        fleet.Environment.Advance(TimeSpan.FromSeconds(6));
        fleet.Call(1, OutcomeKind.Failure);
        // On probation is out as well.
        Assert.Empty(fleet.Ejected);
        fleet.Call(0, OutcomeKind.Success);
        fleet.Call(1, OutcomeKind.Failure);
        Assert.Equal([1], fleet.Ejected);
        fleet.Tracker.Forget(fleet.Endpoints[1]);
        fleet.Call(2, OutcomeKind.Failure);
        Assert.DoesNotContain(2, fleet.Ejected);
        fleet.Tracker.Track(fleet.Endpoints[1]);
        fleet.Call(2, OutcomeKind.Failure);
        Assert.Contains(2, fleet.Ejected);
    }

    [Fact]
    public void Cap_LeftWithACallUnderWay_TakesNoPlace()
    {
        var fleet = new HealthFleet(5, new HealthOptions { FailureThreshold = 1, MaxEjectedShare = 0.25 });
        fleet.Tracker.Forget(fleet.Endpoints[0]);
        fleet.Call(0, OutcomeKind.Failure);
        fleet.Call(1, OutcomeKind.Failure);
        Assert.Equal([1], fleet.Ejected);
    }

    [Fact]
    public void Cap_ManyThreads_IsNeverOverdrawn()
    {
        const int Count = 40, Allowed = 12;
        var fleet = new HealthFleet(Count, new HealthOptions { FailureThreshold = 1, MaxEjectedShare = 0.3 });
        var threads = Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                var monitor = fleet.Endpoints[(i + thread * 5) % Count].Monitor;
                if (monitor.TryEnter(out var ticket)) monitor.Record(new CallOutcome(OutcomeKind.Failure, TimeSpan.Zero, 0), ticket);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(Allowed, fleet.Ejected.Count());
    }

    [Fact]
    public void Cap_MarkedByHand_IsNotBoundAndCounts()
    {
        var fleet = new HealthFleet(4, new HealthOptions { FailureThreshold = 1, MaxEjectedShare = 0.25 });
        fleet.Tracker.MarkUnhealthy(fleet.Endpoints[0], "by hand");
        fleet.Tracker.MarkUnhealthy(fleet.Endpoints[1], "by hand");
        fleet.Call(2, OutcomeKind.Failure);
        Assert.Equal([0, 1], fleet.Ejected);
    }
}
