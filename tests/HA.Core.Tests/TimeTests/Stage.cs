using HA.Core.Simulation;

namespace HA.Core.Tests.TimeTests;

/// <summary>A virtual process to test in: clock, chance, and a listener that writes everything down.</summary>
internal sealed record Stage(Simulator Simulation, ServiceEnvironment Environment, Journal Journal)
{
    internal const string Service = "orders";

    internal TimeSpan Now => Simulation.Now;

    /// <summary>Runs a test in virtual time. No loop may break in it, and none may be left after it.</summary>
    internal static void Run(Func<Stage, Task> test, ulong seed = 1) => Simulator.Run(
        seed,
        async simulation =>
        {
            var journal = new Journal(simulation);
            await test(new Stage(simulation, simulation.CreateEnvironment("process", journal), journal));
            Assert.Empty(journal.BrokenLoops);
            Assert.Empty(simulation.RunningLoops.Select(static l => l.Name));
        },
        new SimulationOptions { TimeLimit = TimeSpan.FromDays(2) });

    internal static void RunSeeds(int count, Func<Stage, Task> test)
    {
        for (var seed = 1; seed <= count; seed++) Run(test, (ulong)seed);
    }

    internal static ServiceInstance Instance(int number) => new(Service, $"orders-{number}", $"10.0.0.{number}", 8080);

    internal static ServiceCatalog Catalog(long revision, params int[] numbers) =>
        ServiceCatalog.Create(Service, revision, numbers.Select(Instance));

    internal async Task AdvanceAsync(double seconds) => await Simulation.DelayAsync(TimeSpan.FromSeconds(seconds));

    internal async Task AdvanceAsync(TimeSpan time) => await Simulation.DelayAsync(time);

    /// <summary>Waits until something is so, looking every millisecond.</summary>
    internal async Task<TimeSpan> UntilAsync(Func<bool> condition, double withinSeconds = 3600)
    {
        var start = Now;
        while (!condition())
        {
            Assert.True(Now - start < TimeSpan.FromSeconds(withinSeconds), $"not so within {withinSeconds} s");
            await AdvanceAsync(0.001);
        }

        return Now - start;
    }
}
