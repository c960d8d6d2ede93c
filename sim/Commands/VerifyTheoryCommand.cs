using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Commands;

/// <summary><c>verify-theory</c>: the simulator against what is known of queues, balancers and retries.</summary>
internal static class VerifyTheoryCommand
{
    internal const string QuickTag = "quick";

    internal static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Experiments of your own: scenarios that expect a known value, such as mean == 5s +- 2%. None: those that come with it.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        files.Validators.Add(CommonOptions.RefuseOptions);
        var only = new Option<string?>("--only") { Description = "Only these experiments, separated by commas.", HelpName = "NAME,..." };
        var quick = new Option<bool>("--quick") { Description = "Only those that need little time; controls among them." };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json("Write the figures as JSON to a file; - writes them, and nothing else, to standard output.");
        var command = new Command("verify-theory", "Compare the simulator with results of queueing theory; wrong ones must be found wrong.")
        {
            files, only, quick, seed, json,
        };
        command.SetAction((parsed, stop) =>
        {
            var experiments = Chosen(
                parsed.GetValue(files) ?? [], parsed.GetValue(only), parsed.GetValue(quick), parsed.GetValue(seed));
            return RunAsync(terminal, experiments, parsed.GetValue(seed), parsed.GetValue(quick), parsed.GetValue(json), stop);
        });
        return command;
    }

    private static Experiment[] Chosen(string[] files, string? only, bool isQuick, ulong seed)
    {
        if (files.Length > 0)
        {
            if (only is not null || isQuick) throw new BadInputException("--only and --quick choose among the experiments that come with it; leave them out beside a file.");
            return [.. files.Select(f => TheoryLibrary.Load(f, seed))];
        }

        var names = only?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (only is not null && names.Length == 0) throw new BadInputException($"--only names none. There are: {string.Join(", ", TheoryLibrary.Names)}.");
        var chosen = TheoryLibrary.Load([.. names.Distinct(StringComparer.Ordinal)], seed);
        if (isQuick) chosen = Array.FindAll(chosen, static e => e.Scenario.Tags.Contains(QuickTag, StringComparer.Ordinal));
        return chosen.Length > 0 ? chosen : throw new BadInputException("None of these is quick; leave out --quick or --only.");
    }

    private static async Task<int> RunAsync(
        Terminal terminal, Experiment[] experiments, ulong seed, bool isQuick, string? json, CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        await terminal.Error.WriteLineAsync($"ha-sim verify-theory: {experiments.Length} experiments, seeds from {seed}");
        var results = await RunAllAsync(terminal, experiments, stop);
        var wall = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var wrong = results.Where(static r => !r.IsRight).ToArray();
        var text = JsonSerializer.Serialize(
            new TheoryJson(seed, isQuick, Math.Round(wall, 1), wrong.Length == 0 ? "pass" : "fail", [.. results]), OutputJson.Readable.TheoryJson);
        if (json == "-")
        {
            await terminal.Out.WriteLineAsync(text);
            return wrong.Length == 0 ? ExitCode.Held : ExitCode.NotHeld;
        }

        if (json is not null)
        {
            await using var writer = new StreamWriter(OutputFile.Create(json)!);
            await writer.WriteLineAsync(text);
        }

        TheoryTable.Write(terminal, results);
        foreach (var result in wrong) TheoryTable.WriteFailure(terminal, result);
        await terminal.Out.WriteLineAsync(Summary(results, wall, seed));
        await terminal.Error.WriteLineAsync("one run of an experiment: dotnet run --project sim -- run theory/NAME --seed N");
        return wrong.Length == 0 ? ExitCode.Held : ExitCode.NotHeld;
    }

    private static string Summary(ExperimentResult[] results, double wall, ulong seed)
    {
        var (controls, entries) = (results.Where(static r => r.IsControl).ToArray(), results.Where(static r => !r.IsControl).ToArray());
        return FormattableString.Invariant(
            $"{entries.Count(static r => r.IsRight)} of {entries.Length} experiments match, {controls.Count(static r => r.IsRight)} of {controls.Length} controls fail as they must: ")
            + FormattableString.Invariant(
            $"{results.Sum(static r => r.Calls):N0} calls, {results.Sum(static r => r.Seconds):0} s of work in {wall:0} s, seeds from {seed}");
    }

    private static async Task<ExperimentResult[]> RunAllAsync(Terminal terminal, Experiment[] experiments, CancellationToken stop)
    {
        var reports = experiments.Select(static e => new RunReport[e.Scenario.Seeds]).ToArray();
        // The longest first, so that no core is left with one at the end.
        var jobs = experiments.SelectMany((e, i) => Enumerable.Range(0, e.Scenario.Seeds).Select(run => (Index: i, Run: run)))
            .OrderByDescending(j => experiments[j.Index].Size).ToImmutableArray();
        var done = 0;
        await Parallel.ForEachAsync(
            jobs,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (job, cancelled) =>
            {
                var experiment = experiments[job.Index];
                var replay = experiment.Replay(job.Run);
                reports[job.Index][job.Run] = await ScenarioRun.RunAsync(experiment.Scenario, replay.Seed, replay, cancelled);
                lock (reports) terminal.Progress($"{++done}/{jobs.Length} {experiment.Name} seed {replay.Seed}");
            });
        terminal.Progress("");
        return [.. experiments.Select((e, i) => e.Judge(reports[i]))];
    }
}
