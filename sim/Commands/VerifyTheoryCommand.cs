using System.CommandLine;
using System.Diagnostics;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;

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
        var only = CommonOptions.Only("Only these experiments, separated by commas.");
        var quick = new Option<bool>("--quick") { Description = "Only those that need little time; controls among them." };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.FiguresAsJson();
        var markdown = CommonOptions.Markdown();
        var command = new Command("verify-theory", "Compare the simulator with results of queueing theory; wrong ones must be found wrong.")
        {
            files, only, quick, seed, json, markdown,
        };
        command.SetAction((parsed, stop) =>
        {
            var experiments = Chosen(
                parsed.GetValue(files) ?? [], parsed.GetValue(only), parsed.GetValue(quick), parsed.GetValue(seed));
            var output = new SuiteOutput(parsed.GetValue(json), parsed.GetValue(markdown));
            return RunAsync(terminal, experiments, parsed.GetValue(seed), parsed.GetValue(quick), output, stop);
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

        var names = only is null ? [] : CommonOptions.Names(only);
        if (only is not null && names.Length == 0) throw new BadInputException($"--only names none. There are: {string.Join(", ", TheoryLibrary.Names)}.");
        var chosen = TheoryLibrary.Load([.. names.Distinct(StringComparer.Ordinal)], seed);
        if (isQuick) chosen = Array.FindAll(chosen, static e => e.Scenario.Tags.Contains(QuickTag, StringComparer.Ordinal));
        return chosen.Length > 0 ? chosen : throw new BadInputException("None of these is quick; leave out --quick or --only.");
    }

    private static async Task<int> RunAsync(
        Terminal terminal, Experiment[] experiments, ulong seed, bool isQuick, SuiteOutput output, CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        await terminal.Error.WriteLineAsync($"ha-sim verify-theory: {experiments.Length} experiments, seeds from {seed}");
        var results = await ExperimentSuite.RunAsync(terminal, experiments, stop);
        var code = await output.WriteAsync(terminal, results, seed, isQuick, startedAt);
        await terminal.Error.WriteLineAsync("one run of an experiment: dotnet run --project sim -- run theory/NAME --seed N");
        return code;
    }
}
