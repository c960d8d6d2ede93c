using System.CommandLine;
using System.Diagnostics;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Commands;

/// <summary><c>reproduce</c>: experiments that others published, beside their numbers.</summary>
internal static class ReproduceCommand
{
    internal const string LiteratureTag = "literature";

    internal static Command Create(Terminal terminal)
    {
        var only = CommonOptions.Only("Only those whose names begin with one of these, separated by commas.");
        var seed = CommonOptions.Seed();
        var json = CommonOptions.FiguresAsJson();
        var markdown = CommonOptions.Markdown();
        var command = new Command("reproduce", "Run experiments that others published, and compare with their numbers.") { only, seed, json, markdown };
        command.SetAction((parsed, stop) => RunAsync(
            terminal, parsed.GetValue(only), parsed.GetValue(seed), new SuiteOutput(parsed.GetValue(json), parsed.GetValue(markdown)), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string? only, ulong seed, SuiteOutput output, CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var prefixes = only is null ? null : CommonOptions.Names(only);
        var literature = Array.FindAll(TheoryLibrary.Load([], seed), static e => e.Scenario.Tags.Contains(LiteratureTag, StringComparer.Ordinal));
        var experiments = Array.FindAll(literature, e => IsChosen(e.Name));
        var models = Array.FindAll(PublishedModel.All, m => IsChosen(m.Name));
        if (experiments.Length + models.Length == 0)
        {
            var names = literature.Select(static e => e.Name).Concat(PublishedModel.All.Select(static m => m.Name)).ToArray();
            throw new BadInputException($"'{only}' is no experiment{Suggestion.For(only ?? "", names, "experiments")}");
        }

        await terminal.Error.WriteLineAsync($"ha-sim reproduce: {experiments.Length + models.Length} experiments, seeds from {seed}");
        var results = (await ExperimentSuite.RunAsync(terminal, experiments, stop)).ToList();
        foreach (var model in models)
        {
            stop.ThrowIfCancellationRequested();
            terminal.Progress(model.Name);
            results.Add(model.Run(seed));
        }

        terminal.Progress("");
        var code = await output.WriteAsync(terminal, [.. results], seed, isQuick: false, startedAt);
        if (output.Json == "-") return code;
        foreach (var source in results.GroupBy(static r => r.Source, StringComparer.Ordinal))
            await terminal.Out.WriteLineAsync($"{string.Join(", ", source.Select(static r => r.Name))}: {source.Key}");
        return code;

        bool IsChosen(string name) => prefixes is null || Array.Exists(prefixes, p => name.StartsWith(p, StringComparison.Ordinal));
    }
}
