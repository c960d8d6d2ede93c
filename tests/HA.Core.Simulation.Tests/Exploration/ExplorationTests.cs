using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Exploration;

public sealed class ExplorationTests
{
    [Fact]
    public void Seeds_OfTheShippedCode_GiveNoAlarm()
    {
        for (var seed = 1ul; seed <= 40; seed++)
        {
            var trial = Trial.Of(seed);
            Assert.True(trial.Failure is null, $"seed {seed}: {trial.Failure}");
        }
    }

    [Fact]
    public void Seeds_WithShuffledTies_GiveNoAlarm()
    {
        for (var seed = 100ul; seed < 120; seed++)
        {
            var trial = Trial.Of(seed, new SimulationOptions { Perturb = true });
            Assert.True(trial.Failure is null, $"seed {seed}: {trial.Failure}");
        }
    }

    [Theory]
    [InlineData(5319)]
    [InlineData(5847)]
    [InlineData(6920)]
    [InlineData(7775)]
    [InlineData(8600)]
    [InlineData(8940)]
    [InlineData(9166)]
    public void Seeds_ThatOnceRangFalse_GiveNoAlarm(ulong seed) => Assert.Null(Trial.Of(seed).Failure);

    [Fact]
    public void Scenario_ThatWaitsForever_IsStuckAtItsOwnLimit()
    {
        // Calls begin when clients have heard of whom to call.
        var parts = Planted.Registry(Planted.HearNothing);
        var trial = Trial.Run(Scenes.Small, 1, new SimulationOptions { Parts = parts });

        Assert.Equal(nameof(SimulationStuckException), trial.Failure?.Check);
        Assert.Contains("time limit of 00:", trial.Failure?.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Trial_SameSeedTwice_IsTheSameRun()
    {
        Assert.Equal(Hash(7, perturb: false), Hash(7, perturb: false));
        Assert.Equal(Hash(7, perturb: true), Hash(7, perturb: true));
        Assert.NotEqual(Hash(7, perturb: false), Hash(7, perturb: true));

        static string Hash(ulong seed, bool perturb) => Trial.Of(seed, new SimulationOptions { Perturb = perturb }).Report!.TraceHash;
    }

    [Fact]
    public void Scenario_OfAnySeed_FollowsTheRulesAndHeals()
    {
        for (var seed = 1ul; seed <= 500; seed++)
        {
            var scenario = ScenarioGenerator.Generate(seed);
            ScenarioRules.Check(scenario);
            Assert.All(scenario.Faults, f => Assert.True(f.At + (f.For ?? TimeSpan.Zero) < scenario.Duration));
        }
    }

    [Fact]
    public void Scenarios_OfManySeeds_HaveEveryFault()
    {
        var kinds = typeof(Faults.Fault).Assembly.GetTypes().Where(static t => t.IsSubclassOf(typeof(Faults.Fault)) && !t.IsAbstract);
        var drawn = Enumerable.Range(1, 500).SelectMany(static seed => ScenarioGenerator.Generate((ulong)seed).Faults).Select(static f => f.GetType());
        Assert.Empty(kinds.Except(drawn));
    }
}
