using System.CommandLine;
using System.Diagnostics;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Trace;

namespace HA.Core.Sim.Commands;

/// <summary><c>doctor</c>: the same seed gives the same bytes, in processes that know nothing of each other.</summary>
internal static class DoctorCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scenarios = new Argument<string[]>("scenario") { Description = "Scenarios to examine; all built-in ones by default.", Arity = ArgumentArity.ZeroOrMore };
        scenarios.Validators.Add(CommonOptions.RefuseOptions);
        var seed = CommonOptions.Seed();
        var seeds = CommonOptions.Positive(
            new Option<int>("--seeds") { Description = "How many seeds, which follow one another.", DefaultValueFactory = static _ => 1, HelpName = "N" });
        var other = new Option<string?>("--other")
        {
            Description = "Run the second process from another build of this program, such as that for debugging.",
            HelpName = "FILE",
        };
        var command = new Command("doctor", "Run each scenario in two processes and compare the traces, byte for byte.") { scenarios, seed, seeds, other };
        command.SetAction((parsed, stop) =>
        {
            var named = parsed.GetValue(scenarios) ?? [];
            // A name that nobody knows is the caller's mistake, and is told before anything runs.
            foreach (var name in named) ScenarioLibrary.Load(name, []);
            if (parsed.GetValue(other) is { } file && !File.Exists(file))
                throw new BadInputException($"--other: there is no file {file}. Build it first: dotnet build sim makes ha-sim.dll.");
            var first = parsed.GetValue(seed);
            return RunAsync(
                terminal, named.Length > 0 ? named : ScenarioLibrary.Names,
                [.. Enumerable.Range(0, parsed.GetValue(seeds)).Select(i => first + (ulong)i)], parsed.GetValue(other), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, IReadOnlyList<string> scenarios, ulong[] seeds, string? other, CancellationToken stop)
    {
        var range = seeds.Length == 1 ? $"seed {seeds[0]}" : $"seeds {seeds[0]} to {seeds[^1]}";
        await terminal.Error.WriteLineAsync($"ha-sim doctor: {scenarios.Count} scenarios, each in two processes, {range}");
        var differ = 0;
        foreach (var scenario in scenarios)
        {
            foreach (var seed in seeds)
            {
                terminal.Progress(scenario);
                if (!await IsSameTwiceAsync(terminal, scenario, seed, other, stop)) differ++;
            }
        }

        await terminal.Out.WriteLineAsync(
            differ == 0 ? "the same seed gave the same bytes" : $"{differ} of {scenarios.Count * seeds.Length} runs are not deterministic");
        return differ == 0 ? ExitCode.Held : ExitCode.NotHeld;
    }

    private static async Task<bool> IsSameTwiceAsync(Terminal terminal, string scenario, ulong seed, string? other, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("ha-sim-doctor-").FullName;
        string[] traces = [Path.Combine(folder, "first.trace"), Path.Combine(folder, "second.trace")];
        var isSame = true;
        try
        {
            // Both at once, so that each runs beside a busy core.
            var hashes = await Task.WhenAll(
                FingerprintAsync(null, scenario, seed, traces[0], stop), FingerprintAsync(other, scenario, seed, traces[1], stop));
            terminal.Progress("");
            isSame = hashes[0] == hashes[1];
            await terminal.Out.WriteLineAsync(
                isSame ? $"same     {hashes[0]}  {scenario} {seed}" : $"DIFFERS  {hashes[0]}  {scenario} {seed}\n         {hashes[1]}");
            if (!isSame) await ExplainAsync(terminal, traces);
            return isSame;
        }
        finally
        {
            // Traces that differ are evidence, and stay.
            if (isSame) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ExplainAsync(Terminal terminal, string[] traces)
    {
        await using var left = File.OpenRead(traces[0]);
        await using var right = File.OpenRead(traces[1]);
        await terminal.Out.WriteLineAsync(TraceDiff.Compare(left, right)?.Text ?? "The traces tell the same; their hashes were told differently.");
        await terminal.Out.WriteLineAsync($"traces: {string.Join(" ", traces)}");
    }

    private static async Task<string> FingerprintAsync(string? build, string scenario, ulong seed, string trace, CancellationToken stop)
    {
        using var process = Process.Start(OwnProcess.Of(build, FingerprintCommand.Name, scenario, "--seed", $"{seed}", "--trace", trace))!;
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == ExitCode.Held
                ? output.Trim()
                : throw new InvalidOperationException($"the process for {scenario} ended with code {process.ExitCode}: {(await error).Trim()}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
