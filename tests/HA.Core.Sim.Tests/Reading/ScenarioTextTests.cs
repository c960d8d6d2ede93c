using HA.Core.Sim.Reading;
using HA.Core.Simulation;
using HA.Core.Simulation.Exploration;

namespace HA.Core.Sim.Tests.Reading;

public sealed class ScenarioTextTests
{
    public static TheoryData<string> Names => [.. ScenarioLibrary.Names];

    [Fact]
    public void Scenario_OfAnySeed_IsReadBackAsItWasWritten()
    {
        for (var seed = 1ul; seed <= 400; seed++)
        {
            var scenario = ScenarioGenerator.Generate(seed);
            var text = ScenarioText.Of(scenario);
            Assert.Equal(text, ScenarioText.Of(ScenarioFile.Read(text, $"seed {seed}", [])));
        }
    }

    [Fact]
    public void Scenario_ReadBack_IsTheSameRun()
    {
        for (var seed = 1ul; seed <= 8; seed++)
        {
            var scenario = ScenarioGenerator.Generate(seed);
            var readBack = ScenarioFile.Read(ScenarioText.Of(scenario), "it", []);
            Assert.Equal(ScenarioRunner.Run(scenario, seed).TraceHash, ScenarioRunner.Run(readBack, seed).TraceHash);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Scenario_OfTheLibrary_IsReadBackAsTheSameRun(string name)
    {
        var scenario = ScenarioLibrary.Load(name);
        var text = ScenarioText.Of(scenario);
        var readBack = ScenarioFile.Read(text, name, []);
        Assert.Equal(text, ScenarioText.Of(readBack));
        Assert.Equal(scenario.Faults.Select(static f => $"{f}"), readBack.Faults.Select(static f => $"{f}"));
        Assert.Equal(scenario.Expectations.Select(static e => e.Text), readBack.Expectations.Select(static e => e.Text));
        var (before, after) = (scenario with { Duration = TimeSpan.FromSeconds(31) }, readBack with { Duration = TimeSpan.FromSeconds(31) });
        if (scenario.Faults.All(static f => f.At < TimeSpan.FromSeconds(31)))
            Assert.Equal(ScenarioRunner.Run(before, 3).TraceHash, ScenarioRunner.Run(after, 3).TraceHash);
    }
}
