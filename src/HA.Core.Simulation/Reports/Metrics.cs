using System.Globalization;

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
    /// <summary>The value for people.</summary>
    public string Format(double value) => Unit switch
    {
        MetricUnit.Share => (value * 100).ToString("0.####", CultureInfo.InvariantCulture) + "%",
        MetricUnit.Milliseconds => value.ToString("0.###", CultureInfo.InvariantCulture) + "ms",
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };
}

/// <summary>Every metric that an expectation may name.</summary>
public static class Metrics
{
    /// <summary>All of them, in the order of the documentation.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("calls", MetricUnit.Number, "calls that arrived", static r => r.Calls),
        new("succeeded", MetricUnit.Number, "calls that got a good answer", static r => r.Succeeded),
        new("failed", MetricUnit.Number, "calls that did not", static r => r.Failed),
        new("successRate", MetricUnit.Share, "succeeded / calls", static r => r.Calls == 0 ? null : (double)r.Succeeded / r.Calls),
        new("attempts", MetricUnit.Number, "attempts of all calls", static r => r.Attempts),
        new("retries", MetricUnit.Number, "attempts beyond the first of each call", static r => r.Retries),
        new("retriesPerCall", MetricUnit.Number, "retries / calls", static r => r.Calls == 0 ? null : (double)r.Retries / r.Calls),
        new("mean", MetricUnit.Milliseconds, "mean time of a call", static r => r.LatencyMs.Mean),
        new("p50", MetricUnit.Milliseconds, "time that half of the calls need at most", static r => r.LatencyMs.P50),
        new("p90", MetricUnit.Milliseconds, "time that 90 % of the calls need at most", static r => r.LatencyMs.P90),
        new("p99", MetricUnit.Milliseconds, "time that 99 % of the calls need at most", static r => r.LatencyMs.P99),
        new("p999", MetricUnit.Milliseconds, "time that 99.9 % of the calls need at most", static r => r.LatencyMs.P999),
        new("max", MetricUnit.Milliseconds, "time of the slowest call", static r => r.LatencyMs.Max),
        new("timeToDetect", MetricUnit.Milliseconds, "from the beginning of a fault on an instance until every client knows",
            static r => r.TimeToDetectMs),
        new("timeToRecover", MetricUnit.Milliseconds, "from the end of a fault on an instance until every client uses it again",
            static r => r.TimeToRecoverMs),
        new("panics", MetricUnit.Number, "how often a client went into panic", static r => r.Panics),
        new("largestShare", MetricUnit.Share, "largest share of the attempts that one instance got",
            static r => r.PerInstance.IsEmpty ? null : r.PerInstance.Max(static i => i.Share)),
        new("smallestShare", MetricUnit.Share, "smallest share of the attempts that one instance got",
            static r => r.PerInstance.IsEmpty ? null : r.PerInstance.Min(static i => i.Share)),
    ];

    /// <summary>The metric of this name.</summary>
    /// <exception cref="FormatException">There is none; the message lists them.</exception>
    public static Metric Find(string name) =>
        All.FirstOrDefault(m => m.Name == name)
        ?? throw new FormatException($"'{name}' is no metric. There are: {string.Join(", ", All.Select(static m => m.Name))}.");
}
