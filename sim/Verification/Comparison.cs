using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>What a comparison of policies came to: a stable format, see docs/reference/compare.md.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="FirstSeed">The first of the seeds, which follow one another.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Baseline">Who the others are held against; null for the best in each metric.</param>
/// <param name="Differences">Intervals that have to hold at once with 95 %.</param>
/// <param name="Confidence">Of each of them, so that they do.</param>
/// <param name="Narrowing">How many times pairing narrowed the intervals, in the middle; null if nothing can be said.</param>
/// <param name="LeastNarrowing">The same where it helped least.</param>
/// <param name="MostNarrowing">The same where it helped most.</param>
/// <param name="Balancers">A row for each policy, in the order asked for.</param>
/// <param name="Metrics">Each metric that the runs have.</param>
internal sealed record Comparison(
    string Scenario, ulong FirstSeed, int Seeds, string? Baseline, int Differences, double Confidence,
    double? Narrowing, double? LeastNarrowing, double? MostNarrowing,
    ImmutableArray<ComparisonRow> Balancers, ImmutableArray<ComparedMetric> Metrics)
{
    /// <param name="scenario">Its name.</param>
    /// <param name="firstSeed">The first of the seeds.</param>
    /// <param name="contenders">The policies.</param>
    /// <param name="reports">The runs of each policy, by seed.</param>
    /// <param name="baseline">Label of the policy that the others are held against; null for the best in each metric.</param>
    internal static Comparison Of(
        string scenario, ulong firstSeed, IReadOnlyList<Contender> contenders, RunReport[][] reports, string? baseline = null)
    {
        var labels = contenders.Select(static c => c.Label).ToArray();
        var metrics = ComparedMetric.All.Where(m => reports.Any(runs => runs.Any(r => m.Metric.Of(r) is not null))).ToArray();
        // The best is known only afterwards: whoever it turns out to be, each pair might have been looked at.
        var pairs = baseline is null ? labels.Length * (labels.Length - 1) / 2 : labels.Length - 1;
        var differences = pairs * metrics.Length;
        var miss = ConfidenceInterval.Miss / Math.Max(1, differences);
        int? place = baseline is null ? null : Array.IndexOf(labels, baseline);
        var compared = metrics.Select(m => ComparedMetric.Of(
            m, labels, [.. reports.Select(runs => runs.Select(m.Metric.Of).ToArray())], place, miss)).ToImmutableArray();
        var narrowings = compared.SelectMany(static m => m.Values)
            .Select(static v => v is { HalfWidth: > 0, UnpairedHalfWidth: > 0 } ? v.UnpairedHalfWidth / v.HalfWidth : null)
            .OfType<double>().Order().ToArray();
        return new Comparison(
            scenario, firstSeed, reports[0].Length, baseline, differences, 1 - miss,
            narrowings.Length == 0 ? null : narrowings[narrowings.Length / 2], narrowings.Length == 0 ? null : narrowings[0],
            narrowings.Length == 0 ? null : narrowings[^1],
            [.. labels.Select((label, i) => ComparisonRow.Of(label, reports[i]))], compared);
    }

    /// <summary>Whether no policy differs from another in anything.</summary>
    internal bool IsTie => Metrics.All(static m => m.Values.All(static v => v.Standing is Standing.Reference or Standing.Tie));
}

/// <summary>One policy's figures, means over the seeds.</summary>
internal sealed record ComparisonRow(
    string Balancer, double Calls, double Failed, double Retries, double P50Ms, double P99Ms, double P999Ms, double MaxMs,
    double LargestShare, double SmallestShare)
{
    internal static ComparisonRow Of(string balancer, RunReport[] reports)
    {
        return new ComparisonRow(
            balancer, Mean(static r => r.Calls), Mean(static r => r.Failed), Mean(static r => r.Retries),
            Mean(static r => r.LatencyMs.P50), Mean(static r => r.LatencyMs.P99), Mean(static r => r.LatencyMs.P999), Mean(static r => r.LatencyMs.Max),
            Mean(static r => r.PerInstance.Max(static i => i.Share)), Mean(static r => r.PerInstance.Min(static i => i.Share)));

        double Mean(Func<RunReport, double> figure) => Math.Round(reports.Average(figure), 4);
    }
}
