using HA.Core.Sim.Reading;
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
        return await DoAsync(scenario, replay with { Seed = seed }, () => ScenarioRunner.Run(scenario, seed, options, TimeProvider.System), cancellationToken);
    }

    /// <summary>Does a run in some way of its own.</summary>
    /// <exception cref="RunBrokenException">The run broke: a defect.</exception>
    internal static async Task<T> DoAsync<T>(Scenario scenario, Replay replay, Func<T> run, CancellationToken cancellationToken)
    {
        try
        {
            // A run cannot be stopped half-way; it is left behind, on a thread that does not keep the process alive.
            return await Task.Run(run, CancellationToken.None).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new RunBrokenException(scenario.Name, replay.Seed, replay, e);
        }
    }
}

/// <summary>A run broke. The message tells how to see it again.</summary>
internal sealed class RunBrokenException(string scenario, ulong seed, Replay replay, Exception inner)
    : Exception($"{scenario} broke with seed {seed}: {inner.Message}\nreplay: {replay}", inner);

/// <summary>The command that shows a run again.</summary>
internal sealed record Replay(string Scenario, ulong Seed, string? Balancer = null, params IReadOnlyList<string> Settings)
{
    /// <summary>The command.</summary>
    internal string Verb { get; init; } = "run";

    /// <summary>Options without a value.</summary>
    internal IReadOnlyList<string> Switches { get; init; } = [];

    /// <summary>Settings of a program in place of the scenario's; null for those.</summary>
    internal ClientConfig? Config { get; init; }

    /// <summary>The scenario as it is run.</summary>
    /// <exception cref="BadInputException">There is none, or something in it is wrong.</exception>
    internal Simulation.Scenarios.Scenario Load()
    {
        var scenario = ScenarioLibrary.Load(Scenario, Balancer is null ? Settings : [.. Settings, $"client.balancer={Balancer}"]);
        // A policy that is asked for by name runs, whatever the scenario has in its place.
        if (Balancer is not null && scenario.Client.Policy != Balancer)
            scenario = scenario with { Client = scenario.Client.WithBalancer(Balancer) };
        if (Config is not { } config) return scenario;
        var settings = config.Load(scenario);
        if (Balancer is { } balancer) settings.Balancer = balancer;
        return settings.Apply(scenario, config.File);
    }

    public override string ToString()
    {
        var words = new List<string> { $"dotnet run --project sim -- {Verb}", Quoted(Scenario), "--seed", $"{Seed}" };
        if (Balancer is not null) words.AddRange(["--balancer", Quoted(Balancer)]);
        words.AddRange(Switches);
        if (Config is { } config) words.AddRange(["--config", Quoted(config.File)]);
        if (Config?.Service is { } service) words.AddRange(["--service", Quoted(service)]);
        foreach (var setting in Settings) words.AddRange(["--set", Quoted(setting)]);
        return string.Join(' ', words);
    }

    // For a shell: what has any other character goes into quotes.
    private static string Quoted(string word) =>
        word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or ':' or '%' or ',')
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

/// <summary>A program's settings: a file such as <c>appsettings.json</c>, and which service's.</summary>
/// <param name="File">The file.</param>
/// <param name="Service">Whose settings; null if that goes without saying.</param>
internal sealed record ClientConfig(string File, string? Service)
{
    /// <exception cref="BadInputException">Something in the file is wrong.</exception>
    internal ClientSettings Load(Simulation.Scenarios.Scenario scenario) => ClientSettings.Load(File, Service, scenario.Service.Name);
}
