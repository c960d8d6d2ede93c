using System.CommandLine;
using System.Text.Json;
using HA.Core.Balancing;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Commands;

/// <summary><c>compare</c>: one scenario under several balancing policies, each with the same arrivals and service times.</summary>
internal static class CompareCommand
{
    private const int MostSeeds = 10_000;

    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario") { Description = "A built-in scenario's name, or a YAML file." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var balancers = new Option<string?>("--balancers") { Description = "Policies, separated by commas; all by default.", HelpName = "a,b,c" };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds; figures are means over them.", HelpName = "N", DefaultValueFactory = static _ => 1 };
        seeds.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostSeeds) result.AddError($"--seeds must be from 1 to {MostSeeds}.");
        });
        var seed = CommonOptions.Seed();
        var set = new Option<string[]>("--set")
        {
            Description = "Change a value, such as client.count=40. May be given several times.",
            HelpName = "path=value",
            DefaultValueFactory = static _ => [],
        };
        var json = CommonOptions.Json("Write the figures as JSON to a file; - writes them, and nothing else, to standard output.");
        var command = new Command("compare", "Run one scenario under several balancing policies.") { scenario, balancers, seeds, seed, set, json };
        command.SetAction((parsed, stop) => RunAsync(
            terminal, parsed.GetRequiredValue(scenario), PoliciesOf(parsed.GetValue(balancers)),
            [.. Enumerable.Range(0, parsed.GetValue(seeds)).Select(i => parsed.GetValue(seed) + (ulong)i)],
            parsed.GetValue(set) ?? [], parsed.GetValue(json), stop));
        return command;
    }

    private static string[] PoliciesOf(string? list)
    {
        if (list is null) return [.. LoadBalancers.Names];
        var names = CommonOptions.Names(list);
        if (names.Length == 0) throw new BadInputException($"--balancers names none. There are: {string.Join(", ", LoadBalancers.Names)}.");
        foreach (var name in names)
        {
            if (!LoadBalancers.IsKnown(name)) throw new BadInputException($"'{name}' is no balancer{Suggestion.For(name, LoadBalancers.Names, "balancers")}");
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string scenario, string[] balancers, ulong[] seeds, string[] settings, string? json, CancellationToken stop)
    {
        var runs = balancers.SelectMany(b => seeds.Select(s => (Balancer: b, Seed: s))).ToArray();
        // A mistake in the scenario is told before anything runs.
        var scenarios = balancers.ToDictionary(
            static b => b, b => ScenarioLibrary.Load(scenario, [.. settings, $"client.balancer={b}"]), StringComparer.Ordinal);
        var reports = new RunReport[runs.Length];
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, runs.Length),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (i, cancelled) =>
            {
                var (balancer, seed) = runs[i];
                reports[i] = await ScenarioRun.RunAsync(scenarios[balancer], seed, new Replay(scenario, seed, balancer, settings), cancelled);
                lock (reports) terminal.Progress($"{++done}/{runs.Length} {balancer} seed {seed}");
            });
        terminal.Progress("");
        var rows = balancers.Select((b, i) => ComparisonRow.Of(b, reports.AsSpan(i * seeds.Length, seeds.Length))).ToArray();
        var comparison = new ComparisonJson(scenarios[balancers[0]].Name, seeds[0], seeds.Length, [.. rows]);
        var text = JsonSerializer.Serialize(comparison, OutputJson.Readable.ComparisonJson);
        if (json == "-")
        {
            await terminal.Out.WriteLineAsync(text);
            return ExitCode.Held;
        }

        if (json is not null)
        {
            await using var writer = new StreamWriter(OutputFile.Create(json)!);
            await writer.WriteLineAsync(text);
        }

        ComparisonTable.Write(terminal, comparison);
        return ExitCode.Held;
    }
}
