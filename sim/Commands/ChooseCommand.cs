using System.CommandLine;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Commands;

/// <summary><c>choose</c>: which policy when, measured over many situations.</summary>
internal static class ChooseCommand
{
    private const string Usual = "random,round-robin,weighted-round-robin,least-requests,power-of-two-choices,peak-ewma,failure-aware,shared-load";

    internal static Command Create(Terminal terminal)
    {
        var scenarios = new Argument<string[]>("scenario")
        {
            Description = "Built-in scenarios' names, or YAML files. None: the situations that come with it.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        scenarios.Validators.Add(CommonOptions.RefuseOptions);
        var balancers = CompareCommand.Balancers();
        balancers.DefaultValueFactory = static _ => Usual;
        var seeds = CompareCommand.Seeds(10);
        var seed = CommonOptions.Seed();
        var markdown = CommonOptions.Markdown();
        var command = new Command("choose", "Compare policies over many scenarios: which one when.") { scenarios, balancers, seeds, seed, markdown };
        command.SetAction((parsed, stop) => RunAsync(
            terminal, parsed.GetValue(scenarios) ?? [], Contender.Parse(parsed.GetValue(balancers)), parsed.GetValue(seed), parsed.GetValue(seeds),
            parsed.GetValue(markdown), stop));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string[] scenarios, Contender[] contenders, ulong seed, int seeds, string? markdown, CancellationToken stop)
    {
        if (seeds < 2) throw new BadInputException("--seeds must be at least 2: one seed cannot tell a difference from chance.");
        Situation[] situations = scenarios.Length == 0 ? [.. Situation.All] : [.. scenarios.Select(static s => new Situation(s, s))];
        var choices = new List<Choice>();
        foreach (var situation in situations)
        {
            var runs = new ComparisonRuns(situation.Scenario, contenders, seed, seeds, situation.Settings);
            choices.Add(Choice.Of(situation, seed, contenders, await runs.ReportsAsync(terminal, stop)));
        }

        await OutputFile.WriteAsync(markdown, ChoiceTable.Markdown(choices));
        ChoiceTable.Write(terminal, choices);
        return ExitCode.Held;
    }
}
