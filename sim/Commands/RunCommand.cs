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
        var command = new Command("run", "Run one scenario and judge it.") { scenario, seed, balancer, set, perturb, json, trace, html };
        command.SetAction((parsed, stop) => RunAsync(
            terminal,
            new Replay(parsed.GetRequiredValue(scenario), parsed.GetValue(seed), parsed.GetValue(balancer), parsed.GetValue(set) ?? [])
            {
                Switches = parsed.GetValue(perturb) ? [CommonOptions.Perturb] : [],
            },
            parsed.GetValue(json), parsed.GetValue(trace), parsed.GetValue(html), stop));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, Replay run, string? json, string? tracePath, string? html, CancellationToken stop)
    {
        var settings = run.Balancer is null ? run.Settings : [.. run.Settings, $"client.balancer={run.Balancer}"];
        var scenario = ScenarioLibrary.Load(run.Scenario, settings);
        await using var page = OutputFile.Create(html);
        var report = await RunWithTraceAsync(scenario, run, tracePath, page is not null, stop);
        if (page is not null) await RunHtml.WriteAsync(page, html!, report, run);
        await WriteAsync(terminal, report, json, scenario.Title, $"replay: {run}");
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
    internal static async Task WriteAsync(Terminal terminal, RunReport report, string? json, string title, string hint)
    {
        if (json == "-")
        {
            await terminal.Out.WriteLineAsync(RunJson.Of(report));
            return;
        }

        if (json is not null)
        {
            await using var writer = new StreamWriter(OutputFile.Create(json)!);
            await writer.WriteLineAsync(RunJson.Of(report));
        }

        RunText.Write(terminal, report, title);
        await terminal.Error.WriteLineAsync(hint);
    }
}
