using System.CommandLine;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Commands;

/// <summary>Hidden: runs a scenario, writes its trace and prints its hash. What the doctor starts.</summary>
internal static class FingerprintCommand
{
    /// <summary>Plants what the doctor must find, to see that it does.</summary>
    internal const string PlantVariable = "HA_SIM_PLANT_NONDETERMINISM";

    internal const string Name = "fingerprint";

    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario");
        var seed = CommonOptions.Seed();
        var trace = new Option<string>("--trace") { Required = true };
        var command = new Command(Name) { scenario, seed, trace };
        command.Hidden = true;
        command.SetAction(async (parsed, stop) =>
        {
            var name = parsed.GetRequiredValue(scenario);
            var loaded = Disturbed(ScenarioLibrary.Load(name, []));
            await using var file = OutputFile.Create(parsed.GetRequiredValue(trace));
            var report = await ScenarioRun.RunAsync(loaded, parsed.GetValue(seed), new Replay(name, parsed.GetValue(seed)), stop, file);
            await terminal.Out.WriteLineAsync(report.TraceHash);
            return ExitCode.Held;
        });
        return command;
    }

    private static Scenario Disturbed(Scenario scenario)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PlantVariable))) return scenario;
        var fault = new SlowFault { At = scenario.Duration / 2, For = TimeSpan.FromSeconds(1), Factor = 2 + Random.Shared.NextDouble() };
        return scenario with { Faults = scenario.Faults.Add(fault) };
    }
}
