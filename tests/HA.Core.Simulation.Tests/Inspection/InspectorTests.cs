using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Inspection;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Inspection;

public sealed class InspectorTests
{
    private static Scenario Crash { get; } = Scenes.With(new CrashFault { At = Scenes.Seconds(4), For = Scenes.Seconds(5), Target = Target.One });

    [Theory]
    [InlineData("failure-aware")]
    [InlineData("peak-ewma")]
    [InlineData("power-of-two-choices")]
    [InlineData("least-requests")]
    [InlineData("round-robin")]
    [InlineData("bounded-maglev")]
    [InlineData("shared-load")]
    public void CallWatch_WhateverThePolicy_DoesNotChangeTheRun(string balancer)
    {
        var scenario = Crash with { Client = Crash.Client with { Balancer = balancer } };
        var watched = new SimulationOptions { Parts = new ScenarioParts { Watch = new CallWatch(50) } };

        Assert.Equal(ScenarioRunner.Run(scenario, 3).TraceHash, ScenarioRunner.Run(scenario, 3, watched).TraceHash);
    }

    [Fact]
    public void Explain_CallsDuringACrash_ShowEveryAttempt()
    {
        // Somebody is caught by the crash, and goes elsewhere.
        var accounts = Enumerable.Range(700, 200).Where(static c => c % 4 == 0)
            .Select(call => Inspector.Explain(Crash, 1, call)!).ToArray();

        Assert.All(accounts, static a => Assert.All(a.Attempts, attempt =>
        {
            Assert.Equal(attempt.Instance, attempt.Picks[^1].Chosen);
            Assert.Contains(attempt.Instance, attempt.Picks[^1].Candidates.Select(static c => c.Id));
            Assert.Contains(attempt.Picks[^1].Chosen, attempt.Picks[^1].Drawn);
            Assert.NotNull(attempt.Outcome);
        }));
        Assert.All(accounts, static a => Assert.True(a.IsSuccess, a.Error));
        Assert.All(accounts, static a => Assert.Equal("Success", a.Attempts[^1].Outcome));
    }

    [Fact]
    public void Explain_CallThatIsTriedAgain_TellsWhy()
    {
        // A third of the calls at one instance fail, and nobody is ejected.
        var scenario = Scenes.Small with
        {
            Duration = Scenes.Seconds(2),
            Client = new ClientModel { Balancer = "round-robin", Health = new() { FailureThreshold = 1000, Outliers = null } },
            Faults = [new ErrorsFault { At = TimeSpan.Zero, For = Scenes.Seconds(2), Target = Target.One, Share = 0.9 }],
        };

        var retried = Enumerable.Range(1, 30).Select(call => Inspector.Explain(scenario, 1, call)!).First(static a => a.Attempts.Length > 1);

        Assert.Equal("Failure", retried.Attempts[0].Outcome);
        Assert.NotEqual(retried.Attempts[0].Instance, retried.Attempts[1].Instance);
        Assert.True(retried.Attempts[1].AfterMs >= retried.Attempts[0].TookMs);
        Assert.True(retried.IsSuccess);
    }

    [Fact]
    public void Explain_ScoreOfFailureAware_DecidesBetweenTheTwoDrawn()
    {
        var decided = 0;
        for (var call = 500; call < 540; call++)
        {
            var pick = Inspector.Explain(Scenes.Small, 1, call)!.Attempts[0].Picks[0];
            var scores = pick.Candidates.ToDictionary(static c => c.Id, static c => c.Score);
            if (scores[pick.Drawn[0]] is not { } first || scores[pick.Drawn[1]] is not { } second) continue;
            // Rounded to four digits, equal ones may be either.
            if (Math.Abs(first - second) < 0.001) continue;
            Assert.Equal(pick.Drawn[first < second ? 0 : 1], pick.Chosen);
            decided++;
        }

        Assert.True(decided >= 20, $"{decided}");
    }

    [Fact]
    public void Stop_AtAMoment_IsTheRunUntilThen()
    {
        var report = ScenarioRunner.Run(Crash, 5);

        var moment = Inspector.Stop(Crash, 5, Scenes.Seconds(6));

        Assert.Equal(6, moment.AtSeconds);
        Assert.Equal(report.Timeline.Where(static e => e.AtSeconds < 6), moment.Timeline);
        var dead = Assert.Single(moment.Instances, static i => i.Truth == "stopped");
        Assert.False(dead.IsFit);
        Assert.False(Assert.Single(dead.Beliefs).IsEligible);
        Assert.All(moment.Instances.Where(static i => i.IsFit), static i => Assert.True(Assert.Single(i.Beliefs).IsEligible));
    }

    [Fact]
    public void Stop_BeforeAnythingOrAfterTheEnd_IsAMomentToo()
    {
        Assert.Equal(0, Inspector.Stop(Crash, 5, TimeSpan.Zero).Calls);
        var end = Inspector.Stop(Crash, 5, Inspector.EndOf(Crash));
        Assert.Equal(0, end.Open);
        Assert.Equal(ScenarioRunner.Run(Crash, 5).Calls, end.Calls);
        Assert.Throws<ArgumentOutOfRangeException>(() => Inspector.Stop(Crash, 5, Inspector.EndOf(Crash) + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Explain_CallThatNeverComes_IsNull() => Assert.Null(Inspector.Explain(Scenes.Small, 1, 1_000_000));
}
