using HA.Core.Simulation.Model;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation;

/// <summary>Runs a scenario: the shipped client, in virtual time, against virtual instances.</summary>
public static class ScenarioRunner
{
    /// <summary>Runs a scenario and judges it.</summary>
    /// <param name="scenario">What to run.</param>
    /// <param name="seed">What all chance follows from: the same scenario and seed give the same trace, byte for byte.</param>
    /// <param name="options">Where to write the trace, and safety nets; null for the defaults.</param>
    /// <param name="wallClock">Measures how long it took; null to leave it at zero.</param>
    /// <exception cref="SimulationException">The run broke: a defect, not a failed expectation.</exception>
    public static RunReport Run(Scenario scenario, ulong seed, SimulationOptions? options = null, TimeProvider? wallClock = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ScenarioRules.Check(scenario);
        var startedAt = wallClock?.GetTimestamp() ?? 0;
        options ??= new SimulationOptions();
        var patience = RunPlan.LongestRun(scenario);
        if (patience < options.TimeLimit) options = options with { TimeLimit = patience };
        var (world, simulator, end) = Simulator.Run(
            seed,
            async simulation =>
            {
                var world = new World(simulation, scenario, options.Parts, options.KeepHistory);
                await RunAsync(world).ConfigureAwait(false);
                return (world, simulation, simulation.Now);
            },
            options);
        var wall = wallClock?.GetElapsedTime(startedAt) ?? TimeSpan.Zero;
        return ReportBuilder.Build(world, seed, simulator.Trace.Complete(), end, wall);
    }

    internal static async Task RunAsync(World world)
    {
        var scenario = world.Scenario;
        foreach (var process in world.Everybody) process.Start();
        foreach (var process in world.Everybody) await process.WaitUntilRegisteredAsync().ConfigureAwait(false);
        // Calls begin when the word has spread; starting up is a scenario of its own.
        while (!HasSpread(world))
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(1)).ConfigureAwait(false);

        var begin = world.Pump.Now;
        world.Observer.Begin();
        for (var i = 0; i < world.Clients.Count; i++) StartTraffic(world, i, begin);
        var faults = scenario.Faults.Select(fault => world.Simulation.Environment.Spawn(
            $"fault {fault.Kind}",
            async stop =>
            {
                await world.Simulation.DelayAsync(fault.At, stop).ConfigureAwait(false);
                await fault.RunAsync(world).ConfigureAwait(false);
            })).ToArray();

        await world.Simulation.DelayAsync(scenario.Duration).ConfigureAwait(false);
        foreach (var process in world.Everybody) process.Instance.CloseAccount();
        world.Observer.Quiet.CallsAreOver();
        foreach (var fault in faults) await fault.Completion.ConfigureAwait(false);
        await world.Simulation.DelayAsync(RunPlan.SettleTime(scenario)).ConfigureAwait(false);
        world.Observer.Close();
        foreach (var client in world.Clients) await client.CloseAsync().ConfigureAwait(false);
    }

    private static bool HasSpread(World world) =>
        world.Clients.TrueForAll(c => c.Pool.Snapshot.All.Length >= world.Instances.Count)
        && world.Everybody.All(static i => i.KnowsWhomItCalls);

    private static void StartTraffic(World world, int client, long begin)
    {
        var (scenario, caller) = (world.Scenario, world.Clients[client]);
        var end = begin + scenario.Duration.Ticks;
        if (scenario.Traffic.Process == ArrivalProcess.Closed)
        {
            var share = (scenario.Traffic.Users + client) / scenario.Client.Count;
            new ClosedLoop(world, caller, end).Start(share);
            return;
        }

        new ArrivalSource(world, caller, Gaps.Of(world, caller, begin), end).Start();
    }
}
