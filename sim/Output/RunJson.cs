using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HA.Core.Sim.Verification;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>The JSON of a run: a stable format, documented in docs/reference/run-json.md.</summary>
internal sealed record RunJson(
    string Scenario, ulong Seed, string Balancer, string TraceHash, double VirtualSeconds, double WallSeconds,
    long Calls, long Succeeded, long Failed, long Attempts, long Retries, LatencySummary LatencyMs,
    double? TimeToDetectMs, double? TimeToRecoverMs, long Panics,
    ImmutableArray<InstanceReport> PerInstance, ImmutableArray<TimelineEntry> Timeline,
    ImmutableArray<ExpectationResult> Expectations, string Verdict,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FirstError)
{
    internal static string Of(RunReport report)
    {
        var json = new RunJson(
            report.Scenario, report.Seed, report.Balancer, report.TraceHash,
            Math.Round(report.VirtualSeconds, 6), Math.Round(report.WallSeconds, 3),
            report.Calls, report.Succeeded, report.Failed, report.Attempts, report.Retries, report.LatencyMs,
            report.TimeToDetectMs, report.TimeToRecoverMs, report.Panics,
            report.PerInstance, report.Timeline, report.Expectations, report.Verdict, report.FirstError);
        return JsonSerializer.Serialize(json, OutputJson.Readable.RunJson);
    }
}

/// <summary>A scenario in the list.</summary>
internal sealed record ListedScenario(string Name, string Title, ImmutableArray<string> Tags);

/// <summary>How output becomes JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(RunJson))]
[JsonSerializable(typeof(ListedScenario[]))]
[JsonSerializable(typeof(Comparison))]
[JsonSerializable(typeof(TheoryJson))]
[JsonSerializable(typeof(ExplorationJson))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    // "<=" should look like "<=": nobody puts this into HTML.
    internal static OutputJson Readable => field ??=
        new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
