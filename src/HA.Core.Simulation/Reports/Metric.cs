using System.Collections.Immutable;
using System.Globalization;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.Reports;

/// <summary>How a metric is written.</summary>
public enum MetricUnit
{
    /// <summary>A plain number.</summary>
    Number,

    /// <summary>A share from 0 to 1, shown in percent.</summary>
    Share,

    /// <summary>A time.</summary>
    Milliseconds,
}

/// <summary>A number that can be read off a run.</summary>
/// <param name="Name">As written in expectations.</param>
/// <param name="Unit">How it is written.</param>
/// <param name="Description">What it is.</param>
/// <param name="Of">Reads it; null if the run has none.</param>
public sealed record Metric(string Name, MetricUnit Unit, string Description, Func<RunReport, double?> Of)
{
    /// <summary>Stretches of time that a run has to watch for it.</summary>
    public ImmutableArray<TimeWindow> Windows { get; init; } = [];

    /// <summary>
    /// Whether it is read off the latencies of all runs together, as quantiles are, because their mean over runs means
    /// nothing.
    /// </summary>
    public bool IsOfAllRuns { get; init; }

    /// <summary>The value over several runs of one scenario; null if any of them has none.</summary>
    public double? Over(IReadOnlyList<RunReport> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (IsOfAllRuns) return Of(Pooled(runs));
        var values = runs.Select(Of).ToArray();
        return values.All(static v => v is not null) ? values.Average() : null;
    }

    /// <summary>The value for people.</summary>
    public string Format(double value) => Unit switch
    {
        MetricUnit.Share => (value * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%",
        MetricUnit.Milliseconds => value.ToString("0.###", CultureInfo.InvariantCulture) + "ms",
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    private static RunReport Pooled(IReadOnlyList<RunReport> runs)
    {
        var all = new LatencyHistogram();
        foreach (var run in runs)
        {
            if (run.Latencies is { } latencies) all.Merge(latencies);
        }

        return runs[0] with { Latencies = all, LatencyMs = LatencySummary.Of(all), Calls = runs.Sum(static r => r.Calls) };
    }
}
