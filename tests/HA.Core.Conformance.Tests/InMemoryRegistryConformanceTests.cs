using HA.Core.Simulation;

namespace HA.Core.Conformance.Tests;

public sealed class InMemoryRegistryConformanceTests
{
    public static TheoryData<string> Names => new(new InMemoryConformance(ServiceEnvironment.System).Laws.Select(static l => l.Name));

    [Theory, MemberData(nameof(Names))]
    public void InVirtualTime_Holds(string law) => Simulator.Run(
        1, sim => Find(new InMemoryConformance(sim.Environment, reportedAs: "in-memory, virtual time"), law).CheckAsync(),
        new SimulationOptions { TimeLimit = TimeSpan.FromHours(1) });

    [Theory, MemberData(nameof(Names))]
    public Task OnTheMachinesClock_Holds(string law) =>
        Find(new InMemoryConformance(ServiceEnvironment.System, reportedAs: "in-memory"), law).CheckAsync();

    private static ConformanceLaw Find(InMemoryConformance suite, string law) => suite.Laws.Single(l => l.Name == law);
}
