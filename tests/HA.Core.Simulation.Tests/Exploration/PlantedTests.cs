using HA.Core.Simulation.Exploration;

namespace HA.Core.Simulation.Tests.Exploration;

/// <summary>What is broken on purpose is found, and shrunk to what it takes.</summary>
public sealed class PlantedTests
{
    private const ulong MostSeeds = 200;

    private static readonly Dictionary<string, (string Check, ScenarioParts Parts)> Bugs = new(StringComparer.Ordinal)
    {
        ["picks the unfit"] = ("callsGoToTheEligible", Planted.Policy(static s => s.All.IsEmpty ? null : s.All[(int)(s.Version % s.All.Length)])),
        ["always picks the first"] = ("instancesAreUsedAgain", Planted.Policy(static s => s.Eligible.IsEmpty ? null : s.Eligible[0])),
        ["drops updates"] = ("beliefBecomesTruth", Planted.Registry(Planted.DropUpdates)),
        ["never watches again"] = ("beliefBecomesTruth", Planted.Registry(Planted.SurviveBreaks)),
    };

    public static TheoryData<string> Names => new(Bugs.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void Planted_Explored_IsFoundAndShrunk(string name)
    {
        var (check, parts) = Bugs[name];
        var options = new SimulationOptions { Parts = parts };
        var found = Enumerable.Range(1, (int)MostSeeds).Select(seed => Trial.Of((ulong)seed, options)).FirstOrDefault(t => t.Failure?.Check == check);
        Assert.True(found is not null, "not found");

        var shrunk = Shrinker.Shrink(found, options);

        var smallest = shrunk.Smallest;
        Assert.Equal(check, smallest.Failure!.Check);
        Assert.True(smallest.Scenario.Faults.Length <= 2, $"{smallest.Scenario.Faults.Length} faults are left");
        Assert.True(smallest.Scenario.Service.Instances <= 5, $"{smallest.Scenario.Service.Instances} instances are left");
        Assert.Equal(check, Trial.Run(smallest.Scenario, smallest.Seed, options).Failure!.Check);
        Assert.Null(Trial.Run(smallest.Scenario, smallest.Seed).Failure);
    }

    [Fact]
    public void Shrinking_ATrialThatHeld_IsRefused() =>
        Assert.Throws<ArgumentException>(static () => Shrinker.Shrink(Trial.Of(1)));
}
