using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Scenarios;

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
