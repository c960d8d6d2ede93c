using HA.Core.Sim.Reading;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Tests.Reading;

public sealed class SettingsTests
{
    private const string File = "name: a\nservice: { instances: 3 }\nfaults:\n  - { kind: crash, at: 1s }";

    [Fact]
    public void Set_Path_ReplacesWhatTheFileSays()
    {
        var scenario = Read("service.instances=12", "client.calls.maxAttempts=1", "faults[0].at=5s", "expect=[failed <= 3]");

        Assert.Equal((12, 1, TimeSpan.FromSeconds(5)), (scenario.Service.Instances, scenario.Client.Calls.MaxAttempts, scenario.Faults[0].At));
        Assert.Equal("failed <= 3", Assert.Single(scenario.Expectations).Text);
    }

    [Fact]
    public void Set_Map_IsReadLikeOneOfTheFile()
    {
        var scenario = Read("service.serviceTime={ distribution: uniform, min: 1ms, max: 3ms }");

        Assert.Equal(0.002, Assert.IsType<Uniform>(scenario.Service.ServiceTime).MeanSeconds, 9);
    }

    [Theory]
    [InlineData("service.instnces=3", "--set service.instnces=3: unknown key 'instnces' in service; did you mean 'instances'?")]
    [InlineData("service.instances=x", "--set service.instances=x: service.instances must be a whole number, not 'x'")]
    [InlineData("service.instances=0", "--set service.instances=0: service.instances must be 1 to 100000")]
    [InlineData("service.instances.x=0", "--set service.instances.x=0: service.instances is '3' here; set the whole of it")]
    [InlineData("faults[1].at=2s", "--set faults[1].at=2s: faults[1] does not exist; faults has 1 items, counted from 0")]
    [InlineData("service", "--set service: must be path=value, such as service.instances=12 or faults[0].at=5s")]
    [InlineData("a[=1", "--set a[=1: must be path=value, such as service.instances=12 or faults[0].at=5s")]
    [InlineData("duration=", "--set duration=: the value is missing")]
    public void Set_SomethingIsWrong_NamesTheSetting(string setting, string problem)
    {
        Assert.Equal(problem, Assert.Single(Assert.Throws<BadInputException>(() => Read(setting)).Problems));
    }

    private static Scenario Read(params string[] settings) => ScenarioFile.Read(File, "f.yaml", settings);
}
