using HA.Core.Sim.Commands;
using HA.Core.Sim.Output;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Verification;

/// <summary>Runs a scenario under each policy with each seed: all policies get the same arrivals, work and faults.</summary>
/// <param name="Scenario">A built-in scenario's name, or a file.</param>
/// <param name="Contenders">The policies.</param>
/// <param name="FirstSeed">The first of the seeds.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Settings">Each <c>path=value</c>.</param>
internal sealed record ComparisonRuns(string Scenario, Contender[] Contenders, ulong FirstSeed, int Seeds, string[] Settings)
{
    // A call takes the same time wherever it goes: the more the runs have in common, the less chance there is in a difference.
    private readonly string[] _settings = ["service.work=calls", .. Settings];

    /// <returns>The comparison, under the scenario's own name.</returns>
    /// <exception cref="Reading.BadInputException">Something in the scenario is wrong; told before anything runs.</exception>
    internal async Task<Comparison> RunAsync(Terminal terminal, string? baseline, CancellationToken stop) =>
        Comparison.Of(Contenders[0].Load(Scenario, _settings).Name, FirstSeed, Contenders, await ReportsAsync(terminal, stop), baseline);

    /// <summary>The command that shows one run of a policy.</summary>
    internal Replay ReplayOf(Contender contender, ulong seed) => new(Scenario, seed, contender.Balancer, _settings);

    /// <returns>The runs of each policy, by seed.</returns>
    /// <exception cref="Reading.BadInputException">Something in the scenario is wrong; told before anything runs.</exception>
    internal async Task<RunReport[][]> ReportsAsync(Terminal terminal, CancellationToken stop)
    {
        var scenarios = Contenders.Select(c => c.Load(Scenario, _settings)).ToArray();
        var reports = Contenders.Select(_ => new RunReport[Seeds]).ToArray();
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Contenders.Length * Seeds),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (i, cancelled) =>
            {
                var (who, run) = (i / Seeds, i % Seeds);
                reports[who][run] = await RunOneAsync(scenarios[who], Contenders[who], FirstSeed + (ulong)run, cancelled);
                lock (reports) terminal.Progress($"{++done}/{Contenders.Length * Seeds} {Contenders[who].Label} seed {FirstSeed + (ulong)run}");
            });
        terminal.Progress("");
        return reports;
    }

    private async Task<RunReport> RunOneAsync(Scenario scenario, Contender contender, ulong seed, CancellationToken stop)
    {
        var replay = ReplayOf(contender, seed);
        var report = await ScenarioRun.RunAsync(scenario, seed, replay, stop, parts: contender.Parts);
        // Thousands of runs may be compared, and nobody looks at these.
        return report with { Timeline = [], Latencies = null, FailureLatencies = null };
    }
}
