using HA.Core.Simulation;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Commands;

/// <summary>Runs a scenario beside whatever else is going on.</summary>
internal static class ScenarioRun
{
    /// <exception cref="RunBrokenException">The run broke: a defect.</exception>
    internal static async Task<RunReport> RunAsync(
        Scenario scenario, ulong seed, Replay replay, CancellationToken cancellationToken,
        Stream? trace = null, bool keepsHistory = false, ScenarioParts? parts = null)
    {
        var options = new SimulationOptions
        {
            TraceOutput = trace,
            Perturb = replay.Switches.Contains(CommonOptions.Perturb),
            KeepHistory = keepsHistory,
            Parts = parts,
        };
        // A run cannot be stopped half-way; it is left behind, on a thread that does not keep the process alive.
        var run = Task.Run(() => ScenarioRunner.Run(scenario, seed, options, TimeProvider.System), CancellationToken.None);
        try
        {
            return await run.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RunBrokenException(scenario.Name, seed, replay, e);
        }
    }
}

/// <summary>A run broke. The message tells how to see it again.</summary>
internal sealed class RunBrokenException(string scenario, ulong seed, Replay replay, Exception inner)
    : Exception($"{scenario} broke with seed {seed}: {inner.Message}\nreplay: {replay}", inner);

/// <summary>The command that shows a run again.</summary>
internal sealed record Replay(string Scenario, ulong Seed, string? Balancer = null, params IReadOnlyList<string> Settings)
{
    /// <summary>Options without a value.</summary>
    internal IReadOnlyList<string> Switches { get; init; } = [];

    public override string ToString()
    {
        var words = new List<string> { "dotnet run --project sim -- run", Quoted(Scenario), "--seed", $"{Seed}" };
        if (Balancer is not null) words.AddRange(["--balancer", Quoted(Balancer)]);
        words.AddRange(Switches);
        foreach (var setting in Settings) words.AddRange(["--set", Quoted(setting)]);
        return string.Join(' ', words);
    }

    // For a shell: what has any other character goes into quotes.
    private static string Quoted(string word) =>
        word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or ':' or '%' or ',')
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
