using System.Diagnostics;
using System.Text.Json;
using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Output;

/// <summary>Where the results of many experiments go: a table, Markdown, JSON.</summary>
/// <param name="Json">File for JSON, or - for that alone; null for none.</param>
/// <param name="Markdown">File for the table as Markdown; null for none.</param>
internal sealed record SuiteOutput(string? Json, string? Markdown)
{
    /// <summary>Writes them, and answers with the exit code.</summary>
    internal async Task<int> WriteAsync(Terminal terminal, ExperimentResult[] results, ulong seed, bool isQuick, long startedAt)
    {
        var wall = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
        var wrong = results.Where(static r => !r.IsRight).ToArray();
        var exitCode = wrong.Length == 0 ? ExitCode.Held : ExitCode.NotHeld;
        var theory = new TheoryJson(seed, isQuick, Math.Round(wall, 1), wrong.Length == 0 ? "pass" : "fail", [.. results]);
        if (await OutputFile.WriteJsonAsync(terminal, Json, () => JsonSerializer.Serialize(theory, OutputJson.Readable.TheoryJson)))
            return exitCode;
        await OutputFile.WriteAsync(Markdown, TheoryTable.Markdown(results));
        TheoryTable.Write(terminal, results);
        foreach (var result in wrong) TheoryTable.WriteFailure(terminal, result);
        await terminal.Out.WriteLineAsync(Summary(results, wall, seed));
        return exitCode;
    }

    private static string Summary(ExperimentResult[] results, double wall, ulong seed)
    {
        var (controls, entries) = (results.Where(static r => r.IsControl).ToArray(), results.Where(static r => !r.IsControl).ToArray());
        var text = FormattableString.Invariant($"{entries.Count(static r => r.IsRight)} of {entries.Length} experiments match");
        if (controls.Length > 0)
            text += FormattableString.Invariant($", {controls.Count(static r => r.IsRight)} of {controls.Length} controls fail as they must");
        return text + FormattableString.Invariant($": {results.Sum(static r => r.Calls):N0} calls in {wall:0} s, seeds from {seed}");
    }
}
