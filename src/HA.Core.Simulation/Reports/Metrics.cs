namespace HA.Core.Simulation.Reports;

/// <summary>Every metric that an expectation may name.</summary>
public static class Metrics
{
    /// <summary>All that need nothing said, in the order of the documentation; see also <see cref="MetricCalls"/>.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        new("calls", MetricUnit.Number, "calls that arrived", static r => r.Calls),
        new("succeeded", MetricUnit.Number, "calls that got a good answer", static r => r.Succeeded),
        new("failed", MetricUnit.Number, "calls that did not", static r => r.Failed),
        new("successRate", MetricUnit.Share, "succeeded / calls", static r => r.Calls == 0 ? null : (double)r.Succeeded / r.Calls),
        new("attempts", MetricUnit.Number, "attempts of all calls", static r => r.Attempts),
        new("attemptsPerCall", MetricUnit.Number, "attempts / calls", static r => r.Calls == 0 ? null : (double)r.Attempts / r.Calls),
        new("retries", MetricUnit.Number, "attempts beyond the first of each call", static r => r.Retries),
        new("retriesPerCall", MetricUnit.Number, "retries / calls", static r => r.Calls == 0 ? null : (double)r.Retries / r.Calls),
        new("waitedShare", MetricUnit.Share, "share of the attempts that had to wait for a worker",
            static r => r.Attempts == 0 ? null : (double)r.Waited / r.Attempts),
        new("rejectedShare", MetricUnit.Share, "share of the attempts that found no room to wait",
            static r => r.Attempts == 0 ? null : (double)r.Rejected / r.Attempts),
        new("mean", MetricUnit.Milliseconds, "mean time of a call", static r => r.LatencyMs.Mean),
        Quantile("p50", "time that half of the calls need at most", static r => r.LatencyMs.P50),
        Quantile("p90", "time that 90 % of the calls need at most", static r => r.LatencyMs.P90),
        Quantile("p99", "time that 99 % of the calls need at most", static r => r.LatencyMs.P99),
        Quantile("p999", "time that 99.9 % of the calls need at most", static r => r.LatencyMs.P999),
        Quantile("max", "time of the slowest call", static r => r.LatencyMs.Max),
        new("timeToDetect", MetricUnit.Milliseconds, "from the beginning of a fault on an instance until every client knows",
            static r => r.TimeToDetectMs),
        new("meanTimeToDetect", MetricUnit.Milliseconds, "the same as a mean over faults and clients", static r => r.MeanTimeToDetectMs),
        new("timeToRecover", MetricUnit.Milliseconds, "from the end of a fault on an instance until every client uses it again",
            static r => r.TimeToRecoverMs),
        new("panics", MetricUnit.Number, "how often a client went into panic", static r => r.Panics),
        new("largestShare", MetricUnit.Share, "largest share of the attempts that one instance got",
            static r => r.PerInstance.IsEmpty ? null : r.PerInstance.Max(static i => i.Share)),
        new("smallestShare", MetricUnit.Share, "smallest share of the attempts that one instance got",
            static r => r.PerInstance.IsEmpty ? null : r.PerInstance.Min(static i => i.Share)),
        new("shareDeviation", MetricUnit.Share, "standard deviation of the instances' shares of the attempts, over their mean",
            ShareDeviation),
        new("batchPeak", MetricUnit.Number, "calls of a batch that one instance got, of the one that got the most; mean over batches",
            static r => r.BatchPeak),
        new("movesPerKey", MetricUnit.Share, "how often a key went to another instance though the one before was still there",
            static r => r.MovesPerKey),
    ];

    /// <summary>The metric of this name.</summary>
    /// <exception cref="FormatException">There is none; the message lists them.</exception>
    public static Metric Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(m => m.Name == name)
            ?? MetricCalls.Find(name)
            ?? throw new FormatException(
                $"'{name}' is no metric. There are: {string.Join(", ", All.Select(static m => m.Name).Concat(MetricCalls.Forms))}.");
    }

    private static Metric Quantile(string name, string description, Func<RunReport, double?> of) =>
        new(name, MetricUnit.Milliseconds, description, of) { IsOfAllRuns = true };

    private static double? ShareDeviation(RunReport report)
    {
        if (report.PerInstance.IsEmpty) return null;
        var mean = report.PerInstance.Average(static i => i.Share);
        return mean == 0 ? null : Math.Sqrt(report.PerInstance.Average(i => (i.Share - mean) * (i.Share - mean))) / mean;
    }
}
