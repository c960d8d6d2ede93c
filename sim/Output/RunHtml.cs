using HA.Core.Sim.Commands;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Pages;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>The report of one run as a page, with the command that shows the run again and the scenario as its file has it.</summary>
internal static class RunHtml
{
    /// <param name="page">Takes the page.</param>
    /// <param name="path">What it is called, for what may go wrong.</param>
    /// <param name="report">The run, with its history.</param>
    /// <param name="run">How it was asked for.</param>
    /// <exception cref="BadInputException">The file cannot be written.</exception>
    internal static async Task WriteAsync(Stream page, string path, RunReport report, Replay run)
    {
        try
        {
            var options = new RunPageOptions
            {
                Replay = run.ToString(),
                ScenarioText = await File.ReadAllTextAsync(ScenarioLibrary.FileOf(run.Scenario)),
            };
            await using var writer = new StreamWriter(page, leaveOpen: true);
            await writer.WriteAsync(RunPage.Of(report, options));
        }
        catch (IOException e)
        {
            throw new BadInputException($"{path}: {e.Message}");
        }
    }
}
