using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HA.Core.Sim.Commands;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Inspection;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>The JSON of a run: a stable format, documented in docs/reference/run-json.md.</summary>
internal sealed record RunJson(
    string Scenario, ulong Seed, string Balancer, string TraceHash, double VirtualSeconds, double WallSeconds,
    long Calls, long Succeeded, long Failed, long Attempts, long Retries, LatencySummary LatencyMs,
    double? TimeToDetectMs, double? TimeToRecoverMs, long Panics,
    ImmutableArray<InstanceReport> PerInstance, ImmutableArray<TimelineEntry> Timeline,
    ImmutableArray<ExpectationResult> Expectations, string Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReplayJson? Replay,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FirstError)
{
    /// <param name="report">The run.</param>
    /// <param name="run">How it was asked for; null if it cannot be done again.</param>
    internal static string Of(RunReport report, Replay? run = null)
    {
        var json = new RunJson(
            report.Scenario, report.Seed, report.Balancer, report.TraceHash,
            Math.Round(report.VirtualSeconds, 6), Math.Round(report.WallSeconds, 3),
            report.Calls, report.Succeeded, report.Failed, report.Attempts, report.Retries, report.LatencyMs,
            report.TimeToDetectMs, report.TimeToRecoverMs, report.Panics,
            report.PerInstance, report.Timeline, report.Expectations, report.Verdict,
            run is null ? null : new ReplayJson(run.Scenario, run.Balancer, [.. run.Settings], run.Switches.Contains(CommonOptions.Perturb), run.Config?.File, run.Config?.Service), report.FirstError);
        return JsonSerializer.Serialize(json, OutputJson.Readable.RunJson);
    }
}

/// <summary>How a run can be done again, beside its seed.</summary>
/// <param name="Scenario">Name of a built-in scenario, or a file, as it was typed.</param>
/// <param name="Balancer">Policy in place of the scenario's; null for that.</param>
/// <param name="Settings">Each <c>path=value</c>.</param>
/// <param name="Perturb">Whether the order at each instant was drawn.</param>
/// <param name="Config">File of a program's settings; null for none.</param>
/// <param name="Service">Whose settings; null if that went without saying.</param>
internal sealed record ReplayJson(string Scenario, string? Balancer, ImmutableArray<string> Settings, bool Perturb, string? Config, string? Service);

/// <summary>A scenario in the list.</summary>
internal sealed record ListedScenario(string Name, string Title, ImmutableArray<string> Tags);

/// <summary>How output becomes JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(RunJson))]
[JsonSerializable(typeof(ListedScenario[]))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(CallAccount))]
[JsonSerializable(typeof(TuningJson))]
[JsonSerializable(typeof(Moment))]
[JsonSerializable(typeof(TheoryJson))]
[JsonSerializable(typeof(ExplorationJson))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    // "<=" should look like "<=": nobody puts this into HTML.
    internal static OutputJson Readable => field ??=
        new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
