using HA.Core.Sim.Reading;
using HA.Core.Simulation;

namespace HA.Core.Sim.Tests.Reading;

public sealed class BuiltInScenarioTests
{
    public static TheoryData<string> Names => [.. ScenarioLibrary.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenario_OfTheLibrary_IsComplete(string name)
    {
        var scenario = ScenarioLibrary.Load(name);

        Assert.Equal(name, scenario.Name);
        Assert.NotEmpty(scenario.Title);
        Assert.NotEmpty(scenario.Tags);
        Assert.NotEmpty(scenario.Expectations);
        var lines = File.ReadAllLines(Path.Combine(ScenarioLibrary.Folder, $"{name}.yaml"));
        Assert.Equal($"# yaml-language-server: $schema={ScenarioSchema.FileName}", lines[0]);
        Assert.StartsWith("# ", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenario_SameSeedTwice_HasTheSameHashAndPasses(string name)
    {
        var scenario = ScenarioLibrary.Load(name);

        var first = ScenarioRunner.Run(scenario, 5);
        var second = ScenarioRunner.Run(scenario, 5);

        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.True(first.Passed, string.Join('\n', first.Expectations.Where(static e => !e.Held)));
        if (name == "instance-crash") Assert.True(first.TraceHash != ScenarioRunner.Run(scenario, 6).TraceHash, "another seed, another hash");
    }

    [Theory, InlineData("hedged-tail"), InlineData("slow-drain"), InlineData("metastable-overload"), InlineData("rolling-deploy"), InlineData("retry-storm"), InlineData("retry-storm-stopped")]
    public void Scenario_OfCalls_HoldsForAnySeed(string name)
    {
        var scenario = ScenarioLibrary.Load(name);
        for (var seed = 100ul; seed < 130; seed++)
        {
            var report = ScenarioRunner.Run(scenario, seed);
            Assert.True(report.Passed, $"seed {seed}: {string.Join('\n', report.Expectations.Where(static e => !e.Held))}");
        }
    }

    [Fact]
    public void Library_HasTheScenariosThatArePromised()
    {
        string[] promised =
        [
            "steady-state", "instance-crash", "rolling-deploy", "slow-instance", "zone-outage", "registry-outage",
            "empty-registry-answer", "flapping", "all-unhealthy", "scale-up", "scale-to-one",
            "brownout", "gray-failure", "noisy-neighbours", "black-hole", "hung-probe", "correlated-failure", "cold-start", "lying-health-checks", "retry-storm",
        ];

        Assert.Empty(promised.Except(ScenarioLibrary.Names, StringComparer.Ordinal));
    }

    [Fact]
    public void Schema_Committed_IsWhatTheReadersSay() =>
        Assert.Equal(ScenarioSchema.Generate(), File.ReadAllText(Path.Combine(ScenarioLibrary.Folder, ScenarioSchema.FileName)));
}
