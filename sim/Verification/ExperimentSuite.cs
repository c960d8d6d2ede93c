using System.Collections.Immutable;
using HA.Core.Sim.Commands;
using HA.Core.Sim.Output;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>Runs experiments side by side, each with all its seeds.</summary>
internal static class ExperimentSuite
{
    internal static async Task<ExperimentResult[]> RunAsync(Terminal terminal, Experiment[] experiments, CancellationToken stop)
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
