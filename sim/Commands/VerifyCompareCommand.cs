using System.CommandLine;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Commands;

/// <summary><c>verify-compare</c>: whether a comparison can be believed. A policy ties with itself; pairing pays.</summary>
internal static class VerifyCompareCommand
{
    private const double LeastTies = 0.95;
    private const double LeastNarrowing = 3;
    private const int SeedsOfNarrowing = 20;

    private static readonly string[] Rivals = ["power-of-two-choices", "least-requests", "failure-aware"];

    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario")
        {
            Description = "A built-in scenario's name, or a YAML file; steady-state by default.",
            DefaultValueFactory = static _ => "steady-state",
        };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var balancer = new Option<string>("--balancer")
        {
            Description = "The policy that is compared with itself.",
            HelpName = "NAME",
            DefaultValueFactory = static _ => "power-of-two-choices",
        };
        var repetitions = new Option<int>("--repetitions") { Description = "How often.", HelpName = "N", DefaultValueFactory = static _ => 200 };
        repetitions.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000) result.AddError("--repetitions must be from 1 to 100000.");
        });
        var seeds = CompareCommand.Seeds(5);
        var seed = CommonOptions.Seed();
        var set = new Option<string[]>("--set")
        {
            Description = "Change a value; traffic.load=0.9 and duration=4s by default.",
            HelpName = "path=value",
            DefaultValueFactory = static _ => ["traffic.load=0.9", "duration=4s"],
        };
        var command = new Command("verify-compare", "Compare a policy with itself many times, each with chance of its own: that must be a tie.")
        {
            scenario, balancer, repetitions, seeds, seed, set,
        };
        command.SetAction((parsed, stop) => RunAsync(
            terminal,
            new ComparisonRuns(
                parsed.GetRequiredValue(scenario), Contender.Parse($"{parsed.GetValue(balancer)},{parsed.GetValue(balancer)}"),
                parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(set) ?? []),
            parsed.GetValue(repetitions), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, ComparisonRuns runs, int repetitions, CancellationToken stop)
    {
        if (runs.Seeds < 2) throw new BadInputException("--seeds must be at least 2: one seed has no interval.");
        var found = new List<Comparison>();
        for (var i = 0; i < repetitions; i++)
        {
            found.Add(await (runs with { FirstSeed = runs.FirstSeed + (ulong)(i * runs.Seeds) }).RunAsync(Terminal.Silent, baseline: null, stop));
            terminal.Progress($"{i + 1}/{repetitions} {found.Count(static c => c.IsTie)} ties");
        }

        terminal.Progress("");
        var ties = found.Count(static c => c.IsTie);
        var differing = found.SelectMany(static c => c.Metrics).Count(static m => m.Values.Any(static v => v.HalfWidth > 0));
        await terminal.Out.WriteLineAsync(FormattableString.Invariant(
            $"{runs.Contenders[0].Balancer} against itself in {runs.Scenario}: {ties} of {repetitions} repetitions tie in every metric ({100.0 * ties / repetitions:0.0} %; at least {LeastTies * 100:0} % must), {runs.Seeds} seeds each"));
        if (differing == 0)
        {
            await terminal.Out.WriteLineAsync("the two never differed at all: this policy has no chance of its own here, so its ties say nothing");
            return ExitCode.NotHeld;
        }

        var rivals = Rivals.Select(static name => new Contender(name, 1)).ToArray();
        var pairing = await (runs with { Contenders = rivals, Seeds = SeedsOfNarrowing }).RunAsync(terminal, baseline: null, stop);
        await terminal.Out.WriteLineAsync(FormattableString.Invariant(
            $"{string.Join(", ", Rivals)} over {SeedsOfNarrowing} seeds: pairing narrowed the interval {pairing.Narrowing:0.0} x in the middle, {pairing.LeastNarrowing:0.0} x to {pairing.MostNarrowing:0.0} x (at least {LeastNarrowing:0} x in the middle)"));
        return ties >= LeastTies * repetitions && pairing.Narrowing >= LeastNarrowing ? ExitCode.Held : ExitCode.NotHeld;
    }
}
