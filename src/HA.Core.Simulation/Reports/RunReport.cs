using System.Collections.Immutable;
using HA.Core.Simulation.History;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.Reports;

/// <summary>What a run came to. Its JSON form is a public, stable format.</summary>
public sealed record RunReport
{
    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The seed that everything followed from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Balancing policy.</summary>
    public required string Balancer { get; init; }

    /// <summary>XXH128 of the trace: the same for the same scenario, options and seed, on any machine.</summary>
    public required string TraceHash { get; init; }

    /// <summary>Simulated time.</summary>
    public required double VirtualSeconds { get; init; }

    /// <summary>Real time; the only value that differs between runs.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Calls that arrived.</summary>
    public required long Calls { get; init; }

    /// <summary>Calls that got a good answer.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Calls that did not.</summary>
    public required long Failed { get; init; }

    /// <summary>Attempts of all calls.</summary>
    public required long Attempts { get; init; }

    /// <summary>Attempts beyond the first of each call.</summary>
    public required long Retries { get; init; }

    /// <summary>How long calls took, failed ones included.</summary>
    public required LatencySummary LatencyMs { get; init; }

    /// <summary>
    /// From the beginning of a fault on an instance until every client knew of it, at worst; null if some fault was never
    /// noticed, or there was none.
    /// </summary>
    public double? TimeToDetectMs { get; init; }

    /// <summary>
    /// From the end of a fault on an instance until every client used it again, at worst; null if some never did, or
    /// there was none.
    /// </summary>
    public double? TimeToRecoverMs { get; init; }

    /// <summary>The same as <see cref="TimeToDetectMs"/>, as a mean over faults and clients.</summary>
    public double? MeanTimeToDetectMs { get; init; }

    /// <summary>How often a client went into panic.</summary>
    public long Panics { get; init; }

    /// <summary>Attempts that had to wait for a worker at their instance.</summary>
    public long Waited { get; init; }

    /// <summary>Attempts that found no room to wait at their instance.</summary>
    public long Rejected { get; init; }

    /// <summary>
    /// Of calls that arrive together: how many the instance got that got the most, as a mean; null if they came one by one.
    /// </summary>
    public double? BatchPeak { get; init; }

    /// <summary>How often a key went to another instance though the one before was still there; null if calls had no keys.</summary>
    public double? MovesPerKey { get; init; }

    /// <summary>What became of the calls in each stretch of time that some expectation is about.</summary>
    public ImmutableArray<WindowReport> Windows { get; init; } = [];

    /// <summary>The service that clients call, and those behind it, in the order of the calls.</summary>
    public ImmutableArray<TierReport> Tiers { get; init; } = [];

    /// <summary>How long each call took, failed ones included, so that reports of several runs can be taken together.</summary>
    public LatencyHistogram? Latencies { get; init; }

    /// <summary>How long the calls took that failed.</summary>
    public LatencyHistogram? FailureLatencies { get; init; }

    /// <summary>What each instance did.</summary>
    public required ImmutableArray<InstanceReport> PerInstance { get; init; }

    /// <summary>Faults and changes of opinion, in order.</summary>
    public required ImmutableArray<TimelineEntry> Timeline { get; init; }

    /// <summary>What had to hold, and whether it did.</summary>
    public required ImmutableArray<ExpectationResult> Expectations { get; init; }

    /// <summary>What the first call that failed was told; null if none failed.</summary>
    public string? FirstError { get; init; }

    /// <summary>How often the run was in each rare state, in the order of <see cref="RareState"/>.</summary>
    public ImmutableArray<long> RareStates { get; init; } = [];

    /// <summary>What happened over time; null if nobody asked for it by <see cref="SimulationOptions.KeepHistory"/>.</summary>
    internal RunHistory? History { get; init; }

    /// <summary>Whether every expectation held.</summary>
    public bool Passed => Expectations.All(static e => e.Held);

    /// <summary><c>pass</c> or <c>fail</c>.</summary>
    public string Verdict => Passed ? "pass" : "fail";
}

/// <summary>A distribution of times in milliseconds, each exact to 0.4 %.</summary>
public sealed record LatencySummary(double Mean, double P50, double P90, double P99, double P999, double Max)
{
    /// <summary>Reads it off what was counted.</summary>
    public static LatencySummary Of(LatencyHistogram latencies)
    {
        ArgumentNullException.ThrowIfNull(latencies);
        if (latencies.Count == 0) return new LatencySummary(0, 0, 0, 0, 0, 0);
        return new LatencySummary(
            Milliseconds(latencies.Mean), At(0.5), At(0.9), At(0.99), At(0.999), Milliseconds(latencies.Max));

        double At(double share) => Milliseconds(latencies.Percentile(share * 100));
    }

    private static double Milliseconds(double ticks) => Math.Round(ticks / TimeSpan.TicksPerMillisecond, 4);
}

/// <summary>What one instance did.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Zone">Its zone, or null.</param>
/// <param name="Attempts">Attempts that clients sent to it.</param>
/// <param name="Served">Calls that it answered well.</param>
/// <param name="Share">Its share of all attempts.</param>
/// <param name="Utilisation">Mean share of its workers that were busy.</param>
public sealed record InstanceReport(string Id, string? Zone, long Attempts, long Served, double Share, double Utilisation);

/// <summary>Something that happened.</summary>
/// <param name="AtSeconds">Virtual time.</param>
/// <param name="Who">The client, or <c>fault</c>, <c>instance</c>.</param>
/// <param name="What">What it concerns: an instance, a service.</param>
/// <param name="Event">What happened.</param>
public sealed record TimelineEntry(double AtSeconds, string Who, string What, string Event);

/// <summary>Whether something held.</summary>
/// <param name="Name">The metric, or the name of an always-on check.</param>
/// <param name="Expected">What had to hold.</param>
/// <param name="Actual">What was.</param>
/// <param name="Held">Whether it did.</param>
public sealed record ExpectationResult(string Name, string Expected, string Actual, bool Held);
