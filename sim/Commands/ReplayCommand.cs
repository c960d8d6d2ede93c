using System.CommandLine;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Inspection;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Commands;

/// <summary><c>replay</c>: a run again, stopped at a moment: what is, and what each client believes.</summary>
internal static class ReplayCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("file") { Description = "The JSON of a run, a YAML file, or a built-in scenario's name." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var until = new Option<string>("--until")
        {
            Description = "Where to stop: virtual time since the start, as in a run's timeline, such as 12.5s.",
            HelpName = "TIME",
            Required = true,
        };
        var how = new RunChoice();
        var json = CommonOptions.Json("Write it as JSON to a file; - writes it, and nothing else, to standard output.");
        var command = new Command("replay", "Do a run again and stop it at a moment: truth and belief for each instance.") { scenario, until, json };
        how.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(
            terminal, how.Of(parsed, parsed.GetRequiredValue(scenario)), parsed.GetRequiredValue(until), parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Replay run, string until, string? json, CancellationToken stop)
    {
        if (!DurationText.TryParse(until, out var time)) throw new BadInputException($"--until: '{until}' is no duration; write one such as 250ms or 12.5s");
        var scenario = run.Load();
        var end = Inspector.EndOf(scenario);
        if (time > end) throw new BadInputException($"--until: this run is over at {DurationText.Format(end)}, the time to settle included; stop it before that");
        var moment = await ScenarioRun.DoAsync(scenario, run, () => Inspector.Stop(scenario, run.Seed, time), stop);
        if (!await OutputFile.WriteJsonAsync(terminal, json, () => JsonSerializer.Serialize(moment, OutputJson.Readable.Moment)))
            MomentText.Write(terminal, moment, scenario.Name, run.Seed);
        return ExitCode.Held;
    }
}
