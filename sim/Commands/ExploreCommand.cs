using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation;
using HA.Core.Simulation.Exploration;

namespace HA.Core.Sim.Commands;

/// <summary><c>explore</c>: random systems and faults, the always-on checks, and the shrunk scenario of whatever fails.</summary>
internal static class ExploreCommand
{
    // Seeds that are run side by side, few at first, for what fails often fails early; what is told does not depend on it.
    private const int SmallestBatch = 8;
    private const int LargestBatch = 64;

    internal static Command Create(Terminal terminal)
    {
        var seeds = CommonOptions.Positive(new Option<int>("--seeds") { Description = "How many systems to draw and run.", HelpName = "N", DefaultValueFactory = static _ => 200 });
        var minutes = new Option<double?>("--minutes") { Description = "Stop after so long, whatever --seeds says.", HelpName = "M" };
        minutes.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<double?>() is <= 0) result.AddError("--minutes must be above 0.");
        });
        var first = new Option<ulong>("--first-seed") { Description = "The first of the seeds, which follow one another.", HelpName = "S", DefaultValueFactory = static _ => 1 };
        var failures = CommonOptions.Positive(new Option<int>("--failures") { Description = "Stop after so many failures.", HelpName = "N", DefaultValueFactory = static _ => 3 });
        var threads = CommonOptions.Positive(new Option<int>("--threads") { Description = "Runs at once; all processors by default.", HelpName = "N", DefaultValueFactory = static _ => Environment.ProcessorCount });
        var perturb = new Option<bool>(CommonOptions.Perturb) { Description = "Draw the order of what happens at the same instant, too." };
        var save = new Option<string?>("--save") { Description = "Write each failure, shrunk, as a scenario and as an xunit test into a folder.", HelpName = "FOLDER" };
        var noShrink = new Option<bool>("--no-shrink") { Description = "Leave failures as large as they were found." };
        var noGate = new Option<bool>("--no-coverage-gate") { Description = "Do not fail if a rare state never occurred." };
        var json = CommonOptions.Json("Write what was found as JSON to a file; - writes it, and nothing else, to standard output.");
        var command = new Command("explore", "Draw systems and faults at random, and look for a run in which something does not hold.")
        {
            seeds, minutes, first, failures, threads, perturb, save, noShrink, noGate, json,
        };
        command.SetAction((parsed, stop) => RunAsync(
            terminal,
            new Plan(
                parsed.GetValue(first), parsed.GetValue(seeds), parsed.GetValue(minutes), parsed.GetValue(failures), parsed.GetValue(threads),
                parsed.GetValue(perturb), !parsed.GetValue(noShrink), !parsed.GetValue(noGate), parsed.GetValue(save), parsed.GetValue(json)),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Plan plan, CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var options = new SimulationOptions { Perturb = plan.Perturb };
        var failed = new List<Trial>();
        var coverage = new Coverage();
        if (plan.Save is not null) CreateFolder(plan.Save);
        for (var at = 0; at < plan.Seeds && failed.Count < plan.Failures && !IsLate(plan, startedAt); at = coverage.Runs)
        {
            var trials = new Trial[Math.Min(Math.Clamp(at, SmallestBatch, LargestBatch), plan.Seeds - at)];
            var start = plan.First + (ulong)at;
            Parallel.For(
                0, trials.Length, new ParallelOptions { MaxDegreeOfParallelism = plan.Threads, CancellationToken = stop },
                i => trials[i] = Trial.Of(start + (ulong)i, options));
            foreach (var trial in trials)
            {
                coverage.Add(trial);
                if (trial.Failure is not null) failed.Add(trial);
                if (failed.Count == plan.Failures) break;
            }

            terminal.Progress($"{coverage.Runs} seeds, {failed.Count} failures");
        }

        var wall = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var findings = failed.ConvertAll(t => Finding.Of(t, plan, options, stop));
        terminal.Progress("");
        var result = new ExplorationJson(
            plan.First, coverage.Runs, plan.Perturb, Math.Round(wall, 3), Math.Round(coverage.Runs / wall, 1), coverage.ToJson(),
            coverage.Missing, [.. findings]);
        if (!await OutputFile.WriteJsonAsync(terminal, plan.Json, () => JsonSerializer.Serialize(result, OutputJson.Readable.ExplorationJson)))
            ExplorationText.Write(terminal, result, plan.Gate);
        var isCovered = coverage.Missing.IsEmpty || coverage.Runs < Coverage.EnoughRuns || !plan.Gate;
        return failed.Count == 0 && isCovered ? ExitCode.Held : ExitCode.NotHeld;
    }

    private static bool IsLate(Plan plan, long startedAt) =>
        plan.Minutes is { } minutes && Stopwatch.GetElapsedTime(startedAt) >= TimeSpan.FromMinutes(minutes);

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadInputException($"{folder}: {e.Message}");
        }
    }

    /// <summary>What was asked for.</summary>
    internal sealed record Plan(
        ulong First, int Seeds, double? Minutes, int Failures, int Threads, bool Perturb, bool Shrink, bool Gate, string? Save, string? Json);
}
