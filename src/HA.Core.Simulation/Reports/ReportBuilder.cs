using HA.Core.Simulation.Model;
using HA.Core.Simulation.Statistics;

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
            Balancer = scenario.Client.Balancer,
            TraceHash = traceHash,
            VirtualSeconds = virtualTime.TotalSeconds,
            WallSeconds = wall.TotalSeconds,
            Calls = observer.Calls,
            Succeeded = observer.Succeeded,
            Failed = observer.Failed,
            Attempts = observer.Attempts,
            Retries = Math.Max(0, observer.Attempts - observer.Calls),
            LatencyMs = Summarise(observer.Latency),
            TimeToDetectMs = observer.Detection.WorstDetectionMs,
            TimeToRecoverMs = observer.Detection.WorstRecoveryMs,
            Panics = observer.Panics,
            PerInstance = [.. world.Instances.Select(i => ToReport(i.Instance, observer.Attempts))],
            Timeline = observer.Timeline.ToReport(),
            Expectations = [],
            FirstError = observer.FirstError,
            RareStates = observer.Rare.Counts,
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

    private static LatencySummary Summarise(LatencyHistogram latency)
    {
        if (latency.Count == 0) return new LatencySummary(0, 0, 0, 0, 0, 0);
        return new LatencySummary(
            Milliseconds(latency.Mean), At(0.5), At(0.9), At(0.99), At(0.999), Milliseconds(latency.Max));

        double At(double share) => Milliseconds(latency.Percentile(share * 100));
    }

    private static InstanceReport ToReport(VirtualInstance instance, long allAttempts) => new(
        instance.Description.Id, instance.Description.Zone, instance.Attempts, instance.Served,
        allAttempts == 0 ? 0 : Math.Round((double)instance.Attempts / allAttempts, 6),
        Math.Round(instance.Utilisation, 6));

    private static double Milliseconds(double ticks) => Math.Round(ticks / TimeSpan.TicksPerMillisecond, 4);
}
