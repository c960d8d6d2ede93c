using HA.Core.Calls;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Model;

public sealed class TierTests
{
    private static Scenario Chain(CallOptions? calls = null) => new()
    {
        Name = "chain",
        Duration = TimeSpan.FromSeconds(20),
        Service = new ServiceModel { Name = "shop", Instances = 3 },
        Behind = [new ServiceModel { Name = "orders", Instances = 3 }, new ServiceModel { Name = "stock", Instances = 3 }],
        Traffic = new TrafficModel { Rate = 50 },
        Client = new ClientModel { Calls = calls ?? new CallOptions() },
    };

    private static Scenario Unbraked(CallOptions calls) => Chain(calls with { RetryReserve = 1_000_000, MaxAttempts = 3 }) with
    {
        // Nobody is ejected or waited for: what is counted is the retries alone.
        Traffic = new TrafficModel { Rate = 5 },
        Faults = [new ErrorsFault { Target = Target.Parse("all of stock") }],
    };

    [Fact]
    public void Chain_AllWell_EachServiceIsCalledOnceForEachCall()
    {
        var report = Scenes.Run(Chain());
        Assert.Empty(Scenes.Violated(report));
        Assert.Equal(["shop", "orders", "stock"], report.Tiers.Select(static t => t.Service));
        Assert.All(report.Tiers, t => Assert.Equal(report.Calls, t.Attempts));
        // The same time of service three times over.
        Assert.InRange(report.LatencyMs.Mean, 28, 36);
    }

    [Fact]
    public void Chain_LowestFailsAndNothingBrakes_AttemptsMultiply()
    {
        var report = Scenes.Run(Unbraked(new CallOptions()));
        Assert.Equal(0, report.Succeeded);
        Assert.Equal([3, 9, 27], report.Tiers.Select(t => t.Attempts / report.Calls));
    }

    [Theory]
    [InlineData(CallSeam.Transport)]
    [InlineData(CallSeam.Http)]
    public void Chain_TheTopStopsTheChain_OnlyTheTopRepeats(CallSeam seam)
    {
        var scenario = Unbraked(new CallOptions { StopRetryChain = true });
        var report = Scenes.Run(scenario with { Client = scenario.Client with { Seam = seam } });
        Assert.Equal(3 * report.Calls, report.Tiers[2].Attempts);
    }

    [Theory]
    [InlineData(CallSeam.Transport)]
    [InlineData(CallSeam.Http)]
    public void Chain_DeadlineIsPropagated_NobodyBelowWorksBeyondIt(CallSeam seam)
    {
        var scenario = Chain(new CallOptions { PropagateDeadline = true, Deadline = TimeSpan.FromMilliseconds(100), AttemptTimeout = TimeSpan.FromMilliseconds(100) });
        var slow = scenario with
        {
            Client = scenario.Client with { Seam = seam },
            Behind = [scenario.Behind[0] with { ServiceTime = new Constant(TimeSpan.FromMilliseconds(120)) }, scenario.Behind[1]],
            Traffic = new TrafficModel { Rate = 5 },
        };
        var report = Scenes.Run(slow);
        Assert.Equal(0, report.Succeeded);
        Assert.Equal(0, report.Tiers[2].Attempts);
        // Without the word, the middle one goes on for nobody.
        var deaf = Scenes.Run(slow with { Client = slow.Client with { Calls = slow.Client.Calls with { PropagateDeadline = false } } });
        Assert.Equal(0, deaf.Succeeded);
        Assert.NotEqual(0, deaf.Tiers[2].Attempts);
    }

    [Theory]
    [InlineData("all of stock")]
    [InlineData("one of orders")]
    [InlineData("one")]
    public void Chain_ProcessesDieAndStandStill_EveryCheckHolds(string target)
    {
        var scenario = Chain() with
        {
            Duration = TimeSpan.FromSeconds(40),
            Traffic = new TrafficModel { Rate = 100, IdempotentShare = 0.5 },
            Faults =
            [
                new CrashFault { At = Scenes.Seconds(5), For = Scenes.Seconds(2), Target = Target.Parse(target) },
                new HangFault { At = Scenes.Seconds(12), For = Scenes.Seconds(1), Target = Target.Parse(target) },
                new RollingDeployFault { At = Scenes.Seconds(18), Target = Target.Parse(target) },
            ],
        };
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var report = Scenes.Run(scenario, seed);
            Assert.Empty(Scenes.Violated(report));
            Assert.Equal(report.TraceHash, Scenes.Run(scenario, seed).TraceHash);
        }
    }

    [Fact]
    public void AttemptsPerCall_OfAStretch_CountsNothingElse()
    {
        var expected = new[] { "attemptsPerCall(stock, 5s..10s) >= 1.02", "attemptsPerCall(stock, 10s..20s) == 1 +- 1%", "attemptsPerCall(nobody, 5s..10s) >= 0" };
        var report = Scenes.Run(Chain() with
        {
            Faults = [new ErrorsFault { At = Scenes.Seconds(5), For = Scenes.Seconds(2), Target = Target.Parse("stock-1 of stock") }],
            Expectations = [.. expected.Select(Expectation.Parse)],
        });
        Assert.Equal("attemptsPerCall(nobody, 5s..10s)", Assert.Single(report.Expectations, static e => !e.Held).Name);
    }

    [Fact]
    public void Chain_OneOfTheLowestIsCrashed_ItsCallersFailOver()
    {
        var report = Scenes.Run(Chain() with { Faults = [new CrashFault { At = Scenes.Seconds(5), Target = Target.Parse("stock-1 of stock") }] });
        Assert.Equal(0, report.Failed);
        // The clients never heard of it: what they noticed is nothing.
        Assert.Null(report.TimeToDetectMs);
    }

    [Fact]
    public void Rules_ChainThatCannotBe_SayWhatWouldBeRight()
    {
        Rejects("behind[1].name", Chain() with { Behind = [new ServiceModel { Name = "a" }, new ServiceModel { Name = "a" }] });
        Rejects("behind[0].workers", Chain() with { Behind = [new ServiceModel { Name = "a", Workers = 0 }] });
        Rejects("faults[0].target", Chain() with { Faults = [new CrashFault { Target = Target.Parse("one of nobody") }] });
        Rejects("faults[0].target", Chain() with { Faults = [new CrashFault { Target = Target.Parse("stock-4 of stock") }] });
        Rejects("faults[0].kind", Chain() with { Faults = [new LeaseRevokeFault()] });
        Rejects("client.textbook", Chain() with { Client = new ClientModel { Textbook = new TextbookPolicy() } });

        static void Rejects(string place, Scenario scenario) =>
            Assert.Equal(place, Assert.Throws<ScenarioException>(() => Scenes.Run(scenario)).Place);
    }
}
