using System.Collections.Immutable;
using System.Text.Json.Serialization;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>How a policy stands to the reference of a metric.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Standing>))]
internal enum Standing
{
    /// <summary>It is the reference: the best, or the named baseline.</summary>
    [JsonStringEnumMemberName("reference")]
    Reference,

    /// <summary>The interval of the difference holds zero.</summary>
    [JsonStringEnumMemberName("tie")]
    Tie,

    /// <summary>Better.</summary>
    [JsonStringEnumMemberName("better")]
    Better,

    /// <summary>Worse.</summary>
    [JsonStringEnumMemberName("worse")]
    Worse,

    /// <summary>Nothing can be said: one seed, or a run that has no such value.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>A policy's values of one metric.</summary>
/// <param name="Balancer">The policy.</param>
/// <param name="Mean">Mean over the seeds; null if a run has no such value.</param>
/// <param name="Missing">Runs that have none: a recovery that never came, for one.</param>
/// <param name="Difference">Mean difference to the reference, seed by seed; null if there is none.</param>
/// <param name="HalfWidth">Half the width of its interval.</param>
/// <param name="UnpairedHalfWidth">What that would be with seeds of one's own for each policy.</param>
/// <param name="Standing">What it comes to.</param>
internal sealed record ComparedValue(
    string Balancer, double? Mean, int Missing, double? Difference, double? HalfWidth, double? UnpairedHalfWidth, Standing Standing);

/// <summary>All policies in one metric.</summary>
/// <param name="Metric">Its name, as in expectations.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Unit">Of all its values.</param>
/// <param name="Reference">Who the others are held against; null if nobody can be.</param>
/// <param name="Values">One for each policy.</param>
internal sealed record ComparedMetric(
    string Metric, [property: JsonIgnore] string Title, [property: JsonIgnore] MetricUnit Unit, string? Reference,
    ImmutableArray<ComparedValue> Values)
{
    /// <summary>What is compared. More is better of the first, less of the others.</summary>
    internal static IReadOnlyList<(Metric Metric, string Title, bool MoreIsBetter)> All { get; } =
    [
        (Metrics.Find("successRate"), "success", true),
        (Metrics.Find("p50"), "p50", false),
        (Metrics.Find("p99"), "p99", false),
        (Metrics.Find("p999"), "p99.9", false),
        (Metrics.Find("shareDeviation"), "load spread", false),
        (Metrics.Find("timeToRecover"), "recovery", false),
    ];

    /// <param name="metric">Which.</param>
    /// <param name="labels">The policies.</param>
    /// <param name="values">The values of each, by seed.</param>
    /// <param name="baseline">Place of the policy that the others are held against; null for the best.</param>
    /// <param name="miss">How often an interval may miss the truth.</param>
    internal static ComparedMetric Of(
        (Metric Metric, string Title, bool MoreIsBetter) metric, IReadOnlyList<string> labels, double?[][] values, int? baseline, double miss)
    {
        var means = values.Select(static v => v.All(static x => x is not null) ? v.Average() : null).ToArray();
        var reference = baseline ?? Best(means, metric.MoreIsBetter);
        if (reference is { } r && means[r] is null) reference = null;
        return new ComparedMetric(
            metric.Metric.Name, metric.Title, metric.Metric.Unit, reference is { } at ? labels[at] : null,
            [.. labels.Select((label, i) => Judge(label, values[i], means[i], i == reference, reference is { } p ? values[p] : null, metric.MoreIsBetter, miss))]);
    }

    private static int? Best(double?[] means, bool moreIsBetter)
    {
        int? best = null;
        for (var i = 0; i < means.Length; i++)
        {
            if (means[i] is not { } mean) continue;
            if (best is null || (moreIsBetter ? mean > means[best.Value] : mean < means[best.Value])) best = i;
        }

        return best;
    }

    private static ComparedValue Judge(
        string label, double?[] values, double? mean, bool isReference, double?[]? reference, bool moreIsBetter, double miss)
    {
        var missing = values.Count(static v => v is null);
        if (isReference) return new ComparedValue(label, mean, missing, null, null, null, Standing.Reference);
        if (mean is null || reference is null) return new ComparedValue(label, mean, missing, null, null, null, Standing.Unknown);
        var difference = PairedDifference.Of(Numbers(values), Numbers(reference), miss);
        var standing = difference.HalfWidth is null ? Standing.Unknown
            : difference.IsTie ? Standing.Tie
            : difference.Mean > 0 == moreIsBetter ? Standing.Better : Standing.Worse;
        return new ComparedValue(label, mean, missing, difference.Mean, difference.HalfWidth, difference.UnpairedHalfWidth, standing);
    }

    private static double[] Numbers(double?[] values) => [.. values.Select(static v => v!.Value)];
}
