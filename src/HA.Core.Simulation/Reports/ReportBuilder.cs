using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Reports;

/// <summary>Reads the report off a world whose run is over.</summary>
internal static class ReportBuilder
{
    internal static RunReport Build(World world, ulong seed, string traceHash, TimeSpan virtualTime, TimeSpan wall)
    {
        var observer = world.Observer;
        var scenario = world.Scenario;
        var report = new RunReport
        {
            Scenario = scenario.Name,
            Seed = seed,
            Balancer = scenario.Client.Policy,
            TraceHash = traceHash,
            VirtualSeconds = virtualTime.TotalSeconds,
            WallSeconds = wall.TotalSeconds,
            Calls = observer.Calls,
            Succeeded = observer.Succeeded,
            Failed = observer.Failed,
            Attempts = observer.Attempts,
            Retries = Math.Max(0, observer.Attempts - observer.Calls),
            LatencyMs = LatencySummary.Of(observer.Latency),
            TimeToDetectMs = observer.Detection.WorstDetectionMs,
            TimeToRecoverMs = observer.Detection.WorstRecoveryMs,
            MeanTimeToDetectMs = observer.Detection.MeanDetectionMs,
            Panics = observer.Panics,
            Tiers = [.. world.Tiers.Select(static t => new TierReport(t.Service.Name, t.Attempts))],
            Waited = world.Instances.Sum(static i => i.Instance.Waited),
            Rejected = world.Instances.Sum(static i => i.Instance.Rejected),
            BatchPeak = observer.Batches.Mean,
            MovesPerKey = observer.MovesPerKey,
            Windows = [.. observer.Windows],
            Latencies = observer.Latency,
            FailureLatencies = observer.FailureLatency,
            PerInstance = [.. world.Instances.Select(i => ToReport(i.Instance, observer.Attempts))],
            Timeline = observer.Timeline.ToReport(),
            Expectations = [],
            FirstError = observer.FirstError,
            RareStates = observer.Rare.Counts,
            History = observer.History,
        };
        return report with
        {
            Expectations =
            [
                .. scenario.Expectations.Select(e => e.Check(report)),
                .. observer.Checks.Select(static c => c.ToResult()),
            ],
        };
    }

    private static InstanceReport ToReport(VirtualInstance instance, long allAttempts) => new(
        instance.Description.Id, instance.Description.Zone, instance.Attempts, instance.Served,
        allAttempts == 0 ? 0 : Math.Round((double)instance.Attempts / allAttempts, 6),
        Math.Round(instance.Utilisation, 6));
}
