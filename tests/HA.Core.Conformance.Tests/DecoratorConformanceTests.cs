using HA.Core.Registry;
using HA.Core.Simulation;

namespace HA.Core.Conformance.Tests;

/// <summary>What stands before a registry keeps the laws that the registry keeps.</summary>
public sealed class DecoratorConformanceTests
{
    public static TheoryData<string> Names => InMemoryRegistryConformanceTests.Names;

    [Theory, MemberData(nameof(Names))]
    public void Shared_Holds(string law) => Judge(law, "in-memory, shared", static (r, e) => new SharedRegistry(r, e));

    [Theory, MemberData(nameof(Names))]
    public void Composite_OfTwo_Holds(string law) =>
        Judge(law, "in-memory, composite", static (r, e) => new CompositeRegistry(r, new InMemoryRegistry(e), environment: e));

    [Theory, MemberData(nameof(Names))]
    public void Composite_ThatReadsTheSecond_Holds(string law) => Judge(
        law, "in-memory, composite switched",
        static (r, e) => new CompositeRegistry(r, new InMemoryRegistry(e), environment: e) { ReadFrom = CompositeSide.Second });

    private static void Judge(string law, string reportedAs, Func<InMemoryRegistry, ServiceEnvironment, IServiceRegistry> decorate) =>
        Simulator.Run(
            1,
            sim => new InMemoryConformance(sim.Environment, decorate, reportedAs).Laws.Single(l => l.Name == law).CheckAsync(),
            new SimulationOptions { TimeLimit = TimeSpan.FromHours(1) });
}
