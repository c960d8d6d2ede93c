using System.CommandLine;
using HA.Core.Sim.Output;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Commands;

/// <summary><c>run</c>: one scenario, built in or of one's own.</summary>
internal static class RunCommand
{
    internal static Command Create(Terminal terminal)
    {
        var scenario = new Argument<string>("scenario") { Description = "A built-in scenario's name, or a YAML file." };
        scenario.Validators.Add(CommonOptions.RefuseOptions);
        var seed = CommonOptions.Seed();
        var balancer = new Option<string?>("--balancer") { Description = "Balancing policy in place of the scenario's.", HelpName = "NAME" };
        var set = CommonOptions.Set("service.instances=12");
        var json = CommonOptions.Json("Write the report as JSON to a file; - writes it, and nothing else, to standard output.");
        var trace = new Option<string?>("--trace") { Description = "Write the binary trace to a file.", HelpName = "FILE" };
        var html = new Option<string?>("--html") { Description = "Write a page to look at to a file.", HelpName = "FILE" };
        var perturb = new Option<bool>(CommonOptions.Perturb) { Description = "Draw the order of what happens at the same instant, too." };
        var junit = new Option<string?>("--junit") { Description = "Write the verdict as JUnit's XML to a file, for a build server.", HelpName = "FILE" };
        var markdown = new Option<string?>("--markdown") { Description = "Write the report as Markdown to a file.", HelpName = "FILE" };
        var config = new Option<string?>("--config")
        {
            Description = "Settings of a program of your own, section HA of its appsettings.json, in place of the scenario's.",
            HelpName = "FILE",
        };
        var service = new Option<string?>("--service") { Description = "With --config: whose settings, if the file has several.", HelpName = "NAME" };
        var command = new Command("run", "Run one scenario and judge it.")
        {
            scenario, seed, balancer, set, config, service, perturb, json, junit, markdown, trace, html,
        };
        command.SetAction((parsed, stop) => RunAsync(
            terminal,
            new Replay(parsed.GetRequiredValue(scenario), parsed.GetValue(seed), parsed.GetValue(balancer), parsed.GetValue(set) ?? [])
            {
                Switches = parsed.GetValue(perturb) ? [CommonOptions.Perturb] : [],
                Config = ConfigOf(parsed.GetValue(config), parsed.GetValue(service)),
            },
            new RunFiles(
                parsed.GetValue(json), parsed.GetValue(junit), parsed.GetValue(markdown), parsed.GetValue(trace), parsed.GetValue(html)),
            stop));
        return command;
    }

    private static ClientConfig? ConfigOf(string? file, string? service) => (file, service) switch
    {
        (null, null) => null,
        (null, _) => throw new BadInputException("--service chooses among the services of a file: it needs --config"),
        ({ } path, _) => new ClientConfig(path, service),
    };

    private static async Task<int> RunAsync(Terminal terminal, Replay run, RunFiles files, CancellationToken stop)
    {
        var scenario = run.Load();
        foreach (var note in run.Config?.Load(scenario).NotModelled() ?? []) await terminal.Error.WriteLineAsync($"not simulated: {note}");
        await using var page = OutputFile.Create(files.Html);
        var report = await RunWithTraceAsync(scenario, run, files.Trace, page is not null, stop);
        if (page is not null) await RunHtml.WriteAsync(page, files.Html!, report, run);
        await OutputFile.WriteAsync(files.JUnit, RunJUnit.Of(report, $"replay: {run}"));
        await OutputFile.WriteAsync(files.Markdown, RunMarkdown.Of(report, scenario.Title, $"{run}"));
        await WriteAsync(terminal, report, files.Json, scenario.Title, $"replay: {run}", run);
        return report.Passed ? ExitCode.Held : ExitCode.NotHeld;
    }

    private static async Task<RunReport> RunWithTraceAsync(Scenario scenario, Replay run, string? tracePath, bool keepsHistory, CancellationToken stop)
    {
        try
        {
            await using var trace = OutputFile.Create(tracePath);
            return await ScenarioRun.RunAsync(scenario, run.Seed, run, stop, trace, keepsHistory);
        }
        catch (IOException e)
        {
            // A full disk: the run itself touches no file.
            throw new BadInputException($"{tracePath}: {e.Message}");
        }
    }

    /// <summary>Writes a report where it is wanted: as JSON, for people, or both.</summary>
    internal static async Task WriteAsync(Terminal terminal, RunReport report, string? json, string title, string hint, Replay? run = null)
    {
        if (await OutputFile.WriteJsonAsync(terminal, json, () => RunJson.Of(report, run))) return;
        RunText.Write(terminal, report, title);
        await terminal.Error.WriteLineAsync(hint);
    }

    /// <summary>Where a run is written, besides the terminal; null for nowhere.</summary>
    private sealed record RunFiles(string? Json, string? JUnit, string? Markdown, string? Trace, string? Html);
}
