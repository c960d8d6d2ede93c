using System.CommandLine;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Tuning;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Commands;

/// <summary><c>tune</c>: searches settings for a target, and shows what each choice costs.</summary>
internal static class TuneCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario") { Description = "A built-in scenario's name, or a YAML file." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var set = new Option<string[]>("--set")
        {
            Description = "What to search, such as client.calls.attemptTimeout=50ms..2s; with one value, a setting for all. May be given several times.",
            HelpName = "path=from..to",
            Required = true,
        };
        var target = new Option<string[]>("--target")
        {
            Description = "What must hold, such as 'success>=0.999' or 'p99 <= 250ms'. May be given several times.",
            HelpName = "EXPECTATION",
            Required = true,
        };
        var tries = new Option<int>("--tries") { Description = "Choices of settings to run.", HelpName = "N", DefaultValueFactory = static _ => 40 };
        tries.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 10_000) result.AddError("--tries must be from 2 to 10000.");
        });
        var seeds = CompareCommand.Seeds(3);
        var seed = CommonOptions.Seed();
        var json = CommonOptions.FiguresAsJson();
        var markdown = CommonOptions.Markdown();
        var command = new Command("tune", "Search settings that meet a target, and show what each choice costs.")
        {
            scenario, set, target, tries, seeds, seed, json, markdown,
        };
        command.SetAction((parsed, stop) =>
        {
            var knobs = (parsed.GetValue(set) ?? []).Select(static s => (Setting: s, Knob: Knob.TryParse(s))).ToArray();
            var search = new TuningSearch(
                parsed.GetRequiredValue(scenario), [.. knobs.Select(static k => k.Knob).OfType<Knob>()],
                [.. knobs.Where(static k => k.Knob is null).Select(static k => k.Setting)],
                [.. (parsed.GetValue(target) ?? []).Select(TargetOf)], parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(tries));
            return RunAsync(terminal, search, parsed.GetValue(json), parsed.GetValue(markdown), stop);
        });
        return command;
    }

    private static Expectation TargetOf(string text)
    {
        try
        {
            // What everybody calls it.
            var rest = text.TrimStart();
            return Expectation.Parse(rest.StartsWith("success", StringComparison.Ordinal) && rest[7..].TrimStart() is ['<' or '>' or '=', ..]
                ? $"successRate{rest[7..]}"
                : text);
        }
        catch (FormatException e)
        {
            throw new BadInputException($"--target: {e.Message}");
        }
    }

    private static async Task<int> RunAsync(Terminal terminal, TuningSearch search, string? json, string? markdown, CancellationToken stop)
    {
        if (search.Knobs.Length == 0) throw new BadInputException("--set: nothing to search; give at least one range, such as client.calls.attemptTimeout=50ms..2s");
        if (search.Knobs.Length > TuningSearch.MostKnobs) throw new BadInputException($"--set: at most {TuningSearch.MostKnobs} ranges can be searched at once");
        var tries = await search.RunAsync(terminal, stop);
        var exitCode = Array.Exists(tries, static t => t.Meets) ? ExitCode.Held : ExitCode.NotHeld;
        var result = new TuningJson(
            search.Scenario, search.FirstSeed, search.Seeds, [.. search.Targets.Select(static t => t.Text)],
            [.. TuningCosts.All.Select(static m => m.Name)], tries);
        if (await OutputFile.WriteJsonAsync(terminal, json, () => JsonSerializer.Serialize(result, OutputJson.Readable.TuningJson)))
            return exitCode;
        await OutputFile.WriteAsync(markdown, TuningTable.Markdown(search, tries));
        TuningTable.Write(terminal, search, tries);
        await terminal.Error.WriteLineAsync($"the first: {new Replay(search.Scenario, search.FirstSeed, null, [.. search.Fixed, .. tries[0].Settings])}");
        return exitCode;
    }
}
