using System.CommandLine;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Inspection;

namespace HA.Core.Sim.Commands;

/// <summary><c>explain</c>: everything about one call: who might have been picked, who was, and what became of it.</summary>
internal static class ExplainCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario") { Description = "A built-in scenario's name, a YAML file, or the JSON of a run." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var call = new Option<long>("--call") { Description = "Its number, from 1 in the order of arrival.", HelpName = "N", Required = true };
        call.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<long>() < 1) result.AddError("--call must be at least 1.");
        });
        var how = new RunChoice();
        var json = CommonOptions.Json("Write it as JSON to a file; - writes it, and nothing else, to standard output.");
        var command = new Command("explain", "Tell why a call went where it went, and what became of it.") { scenario, call, json };
        how.AddTo(command);
        command.SetAction((parsed, stop) =>
            RunAsync(terminal, how.Of(parsed, parsed.GetRequiredValue(scenario)), parsed.GetValue(call), parsed.GetValue(json), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Replay run, long call, string? json, CancellationToken stop)
    {
        var scenario = run.Load();
        var account = await ScenarioRun.DoAsync(scenario, run, () => Inspector.Explain(scenario, run.Seed, call), stop)
            ?? throw new BadInputException($"--call: fewer than {call} calls arrive in {run.Scenario} with seed {run.Seed}; ha-sim run shows how many");
        if (!await OutputFile.WriteJsonAsync(terminal, json, () => JsonSerializer.Serialize(account, OutputJson.Readable.CallAccount)))
            CallText.Write(terminal, account, scenario.Name, run.Seed);
        return ExitCode.Held;
    }
}
