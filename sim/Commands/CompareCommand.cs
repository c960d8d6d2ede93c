using System.CommandLine;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Pages;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Commands;

/// <summary><c>compare</c>: one scenario under several balancing policies, and which differences are more than chance.</summary>
internal static class CompareCommand
{
    private const int DefaultSeeds = 10;
    private const int MostSeeds = 10_000;

    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario") { Description = "A built-in scenario's name, or a YAML file." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var balancers = Balancers();
        var baseline = new Option<string?>("--baseline")
        {
            Description = "The policy that the others are held against; by default the best in each metric.",
            HelpName = "NAME",
        };
        var seeds = Seeds(DefaultSeeds);
        var seed = CommonOptions.Seed();
        var set = CommonOptions.Set("client.count=40");
        var json = CommonOptions.FiguresAsJson();
        var markdown = CommonOptions.Markdown();
        var html = new Option<string?>("--html") { Description = "Write a page to look at to a file.", HelpName = "FILE" };
        var command = new Command("compare", "Run one scenario under several balancing policies, and tell differences from chance.")
        {
            scenario, balancers, baseline, seeds, seed, set, json, markdown, html,
        };
        command.SetAction((parsed, stop) => RunAsync(
            terminal,
            new ComparisonRuns(
                parsed.GetRequiredValue(scenario), Contender.Parse(parsed.GetValue(balancers)), parsed.GetValue(seed), parsed.GetValue(seeds),
                parsed.GetValue(set) ?? []),
            parsed.GetValue(baseline), parsed.GetValue(json), parsed.GetValue(markdown), parsed.GetValue(html), stop));
        return command;
    }

    internal static Option<string?> Balancers() => new("--balancers")
    {
        Description = "Policies, separated by commas; all by default. One named twice also runs with other chance of its own.",
        HelpName = "a,b,c",
    };

    internal static Option<int> Seeds(int usual)
    {
        var seeds = new Option<int>("--seeds")
        {
            Description = "How many seeds, each given to every policy; figures are means over them.",
            HelpName = "N",
            DefaultValueFactory = _ => usual,
        };
        seeds.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostSeeds) result.AddError($"--seeds must be from 1 to {MostSeeds}.");
        });
        return seeds;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, ComparisonRuns runs, string? baseline, string? json, string? markdown, string? html, CancellationToken stop)
    {
        var labels = runs.Contenders.Select(static c => c.Label).ToArray();
        if (baseline is not null && !labels.Contains(baseline, StringComparer.Ordinal))
            throw new BadInputException($"--baseline: '{baseline}' is not among the policies{Suggestion.For(baseline, labels, "policies")}");
        var comparison = await runs.RunAsync(terminal, baseline, stop);
        if (await OutputFile.WriteJsonAsync(terminal, json, () => JsonSerializer.Serialize(comparison, OutputJson.Readable.Comparison)))
            return ExitCode.Held;
        await OutputFile.WriteAsync(markdown, ComparisonTable.Markdown(comparison));
        if (html is not null) await OutputFile.WriteAsync(html, PageOf(comparison, runs, baseline));
        ComparisonTable.Write(terminal, comparison);
        return ExitCode.Held;
    }

    private static string PageOf(Comparison comparison, ComparisonRuns runs, string? baseline)
    {
        var title = runs.Contenders[0].Load(runs.Scenario, runs.Settings).Title;
        var names = string.Join(',', runs.Contenders.Select(static c => c.Balancer));
        var command = new Replay(runs.Scenario, runs.FirstSeed, null, runs.Settings) { Verb = "compare" }
            + $" --seeds {runs.Seeds} --balancers {names}{(baseline is null ? "" : $" --baseline {baseline}")}";
        return ComparisonPage.Of(
            comparison, title, command,
            [.. runs.Contenders.Where(static c => c.Copy == 1).Select(c => runs.ReplayOf(c, runs.FirstSeed))]);
    }
}
