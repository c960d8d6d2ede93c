using System.CommandLine;
using HA.Core.Sim.Live;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;

namespace HA.Core.Sim.Commands;

/// <summary><c>live</c>: real processes and sockets on this machine.</summary>
internal static class LiveCommand
{
    internal static Command Create(Terminal terminal)
    {
        var instances = Number("--instances", "Processes to start, 2 to 50.", 3, 2, 50);
        var seconds = Number("--seconds", "How long calls are made, 4 to 3600.", 20, 4, 3600);
        var rate = Number("--rate", "Calls per second, 1 to 20000.", 300, 1, 20_000);
        var registry = new Option<string>("--registry")
        {
            Description = $"What the instances register in: {string.Join(", ", LiveRegistry.Names)}. Servers are started for the run.",
            DefaultValueFactory = static _ => LiveRegistry.InMemory,
            HelpName = "NAME",
        };
        registry.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string>() is { } name && !LiveRegistry.Names.Contains(name, StringComparer.Ordinal))
                result.AddError($"'{name}' is no registry{Suggestion.For(name, LiveRegistry.Names, "registries")}");
        });
        var kill = new Option<bool>("--kill-registry") { Description = "Kill the registry as well, let every entry run out, and start it again without its data." };
        var deploy = new Option<bool>("--deploy") { Description = "Afterwards, stop every process with SIGTERM and start it again, one after the other." };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json("Write the report as JSON to a file; - writes it, and nothing else, to standard output.");
        var command = new Command("live", "Call real processes over real sockets, and kill one in full flight.")
        {
            instances, seconds, registry, kill, deploy, seed, rate, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var options = new LiveOptions(parsed.GetValue(instances), parsed.GetValue(seconds), parsed.GetValue(seed), parsed.GetValue(rate))
            {
                Registry = parsed.GetValue(registry)!,
                KillsRegistry = parsed.GetValue(kill),
                Deploys = parsed.GetValue(deploy),
            };
            if (options is { KillsRegistry: true, Registry: LiveRegistry.InMemory })
                throw new BadInputException($"--kill-registry needs --registry {string.Join(" or ", LiveRegistry.Names.Skip(1))}: the one in memory is no process.");
            await terminal.Error.WriteLineAsync(
                $"ha-sim live: {options.Instances} processes, registry {options.Registry}, {options.Rate} calls per second for {options.Seconds} s, seed {options.Seed}");
            var report = await LiveRun.RunAsync(options, terminal.Progress, stop);
            terminal.Progress("");
            var hint = "Chance is the machine's here: the seed decides whom to kill and when calls are made, no more.";
            await RunCommand.WriteAsync(terminal, report, parsed.GetValue(json), options.KillsRegistry ? "Real processes and sockets; one of them is killed in full flight, and so is the registry." : "Real processes and sockets; one is killed in full flight.", hint);
            return report.Passed ? ExitCode.Held : ExitCode.NotHeld;
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most)) result.AddError($"{name} must be {least} to {most}, not {value}.");
        });
        return option;
    }
}
