using HA.Core.Simulation.Faults;
using HA.Core.Simulation.History;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.History;

public sealed class HistoryTests
{
    private static readonly Target First = Target.Parse("orders-1");

    public static TheoryData<string> Truths => new(Struck.Keys.Order(StringComparer.Ordinal));

    private static Dictionary<string, Fault> Struck { get; } = new(StringComparer.Ordinal)
    {
        [nameof(Truth.Down)] = new CrashFault { Target = First },
        [nameof(Truth.Hung)] = new HangFault { Target = First },
        [nameof(Truth.Slow)] = new SlowFault { Target = First },
        [nameof(Truth.Failing)] = new ErrorsFault { Target = First },
        [nameof(Truth.Misreporting)] = new LyingChecksFault { Target = First },
        [nameof(Truth.Unreachable)] = new PartitionFault { To = "orders-1" },
    };

    [Theory, InlineData(CallSeam.Transport), InlineData(CallSeam.Http)]
    public void KeepHistory_AnyRun_ChangesNothingInIt(CallSeam seam)
    {
        var scenario = Scenes.With(new CrashFault { At = Scenes.Seconds(5), For = Scenes.Seconds(5), Target = First }, new RollingDeployFault { At = Scenes.Seconds(12) })
            with
        { Client = new ClientModel { Seam = seam, Count = 2 } };

        Assert.Equal(Scenes.Run(scenario).TraceHash, Kept(scenario).TraceHash);
        Assert.Null(Scenes.Run(scenario).History);
    }

    [Theory, InlineData(CallSeam.Transport), InlineData(CallSeam.Http)]
    public void Columns_Together_AreWhatTheReportCounts(CallSeam seam)
    {
        var report = Kept(Scenes.With(Fault(nameof(Truth.Down))) with { Client = new ClientModel { Seam = seam } });
        var (calls, history) = (report.History!.Calls, report.History);

        Assert.Equal(report.Succeeded, calls.AtOnce.Sum() + calls.AfterRetry.Sum());
        Assert.Equal(report.Failed, calls.Failed.Sum() + calls.Refused.Sum());
        Assert.Equal(report.Calls, calls.FirstAttempts.Sum());
        Assert.Equal(report.Retries, calls.MoreAttempts.Sum());
        Assert.True(report.Retries > 0 && calls.AfterRetry.Sum() > 0);
        Assert.Equal(report.PerInstance.Select(static i => i.Attempts), history.Instances.Select(static i => (long)i.Attempts.Sum()));
        Assert.Equal(report.Calls, history.InFaults.Count + history.OutsideFaults.Count);
        Assert.InRange(history.InFaults.Count, report.Calls * 0.3, report.Calls * 0.5);
    }

    [Theory, MemberData(nameof(Truths))]
    public void Truth_OfEachKind_LastsAsLongAsItsFault(string truth)
    {
        var history = Kept(Scenes.With(Fault(truth))).History!;

        Assert.Equal(0.4, ShareOf(history, 0, truth), 9);
        Assert.Equal(0.6, ShareOf(history, 0, nameof(Truth.Up)), 9);
        Assert.Equal(1, ShareOf(history, 1, nameof(Truth.Up)), 9);
    }

    [Fact]
    public void SlowAndFailing_AtOnce_IsBoth()
    {
        var history = Kept(Scenes.With(Fault(nameof(Truth.Slow)), Fault(nameof(Truth.Failing)))).History!;

        Assert.Equal(0.4, ShareOf(history, 0, nameof(Truth.SlowAndFailing)), 9);
    }

    [Fact]
    public void RollingDeploy_OfEach_DrainsAndGoesAway()
    {
        var history = Kept(Scenes.With(new RollingDeployFault { At = Scenes.Seconds(2), Drain = Scenes.Seconds(1), Down = Scenes.Seconds(2) })).History!;

        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(0.05, ShareOf(history, i, nameof(Truth.Draining)), 2));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(0.1, ShareOf(history, i, nameof(Truth.Away)), 2));
        Assert.All(history.Instances, static i => Assert.Equal(0, i.Truth.ShareOf((int)Truth.Down)));
    }

    [Fact]
    public void Scale_Up_TheNewOneWasNotThereBefore()
    {
        var history = Kept(Scenes.With(new ScaleFault { At = Scenes.Seconds(10), To = 4 })).History!;

        Assert.Equal(4, history.Instances.Count);
        Assert.Equal(0.5, ShareOf(history, 3, nameof(Truth.Absent)), 9);
        Assert.InRange(history.Instances[3].Belief.ShareOf((int)Belief.Gone), 0.5, 0.6);
    }

    [Fact]
    public void Belief_AfterACrash_FollowsWithinTheMeasuredTime()
    {
        var report = Kept(Scenes.With(Fault(nameof(Truth.Down))));
        var (history, belief) = (report.History!, report.History!.Instances[0].Belief);
        var wrong = belief.ShareOf((int)Belief.Usable) - ShareOf(history, 0, nameof(Truth.Up));

        // Wrong while the crash was not noticed, and right about the rest: not used until the recovery was noticed.
        var expected = (report.TimeToDetectMs! - report.TimeToRecoverMs!) / 20_000;
        Assert.Equal(expected!.Value, wrong, 3);
        Assert.Equal(report.TimeToDetectMs, history.Notices.Single(static n => !n.IsUsable).Took!.Value.TotalMilliseconds);
        Assert.Equal(report.TimeToRecoverMs, history.Notices.Single(static n => n.IsUsable).Took!.Value.TotalMilliseconds);
    }

    private static Fault Fault(string truth) => Struck[truth] with { At = Scenes.Seconds(5), For = Scenes.Seconds(8) };

    private static double ShareOf(RunHistory history, int instance, string truth) =>
        history.Instances[instance].Truth.ShareOf((int)Enum.Parse<Truth>(truth));

    private static RunReport Kept(Scenario scenario) => ScenarioRunner.Run(scenario, 1, new SimulationOptions { KeepHistory = true });
}
