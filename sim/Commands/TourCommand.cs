using System.CommandLine;
using System.Diagnostics;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Commands;

/// <summary>No verb: every built-in scenario, then a table.</summary>
internal static class TourCommand
{
    internal static RootCommand Create(Terminal terminal)
    {
        var root = new RootCommand("Runs HA.Core in scenarios: crashes, outages and deploys in simulated time, the shipped client around them.");
        var seed = CommonOptions.Seed();
        root.Add(seed);
        root.SetAction((parsed, stop) => RunAsync(terminal, parsed.GetValue(seed), stop));
        return root;
    }

    private static async Task<int> RunAsync(Terminal terminal, ulong seed, CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var names = ScenarioLibrary.Names;
        await terminal.Error.WriteLineAsync($"ha-sim tour: {names.Count} scenarios, seed {seed}");
        var reports = new RunReport[names.Count];
        var done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, names.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop },
            async (i, cancelled) =>
            {
                reports[i] = await ScenarioRun.RunAsync(ScenarioLibrary.Load(names[i]), seed, new Replay(names[i], seed), cancelled);
                lock (reports) terminal.Progress($"{++done}/{names.Count} {names[i]}");
            });
        terminal.Progress("");
        TourTable.Write(terminal, reports);
        var failed = reports.Where(static r => !r.Passed).ToArray();
        foreach (var report in failed) TourTable.WriteFailure(terminal, report, new Replay(report.Scenario, seed));
        var verdict = failed.Length == 0 ? "every expectation held" : $"{failed.Length} of {names.Count} scenarios failed";
        var (calls, virtualSeconds) = (reports.Sum(static r => r.Calls), reports.Sum(static r => r.VirtualSeconds));
        await terminal.Out.WriteLineAsync(
            $"{verdict}: {calls:N0} calls in {virtualSeconds:N0} simulated seconds, {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0.0} s, seed {seed}");
        return failed.Length == 0 ? ExitCode.Held : ExitCode.NotHeld;
    }
}
