using System.Diagnostics;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Sim.Live;

/// <summary>Counts what the client does, and when it changes its mind about the instance that is killed.</summary>
internal sealed class LiveObserver : ServiceEventListener
{
    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latency = new();
    private readonly List<TimelineEntry> _timeline = [];
    private readonly SortedDictionary<string, (long Attempts, long Served)> _instances = new(StringComparer.Ordinal);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private string? _victim;
    private double? _brokeAt;
    private double? _mendedAt;
    private long _servedBefore;

    internal long Calls { get; private set; }

    internal long Failed { get; private set; }

    internal long Panics { get; private set; }

    internal string? FirstError { get; private set; }

    internal double? DetectedMs { get; private set; }

    internal double? RecoveredMs { get; private set; }

    private double Seconds => Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        lock (_gate)
        {
            AddLocked("client", instance.Id, $"{from} to {to}: {reason}");
            SeeLocked(instance.Id, to <= EndpointHealth.Unknown);
        }
    }

    public override void OnCatalogChanged(ServiceCatalog catalog)
    {
        lock (_gate)
        {
            AddLocked("client", catalog.Service, $"catalog of {catalog.Instances.Length}");
            if (_victim is { } id && !catalog.Instances.Any(i => i.Id == id)) SeeLocked(id, isUsed: false);
        }
    }

    public override void OnPanicChanged(string service, bool isPanic)
    {
        lock (_gate)
        {
            if (isPanic) Panics++;
            AddLocked("client", service, isPanic ? "enters panic" : "leaves panic");
        }
    }

    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome)
    {
        var isServed = outcome.Kind == OutcomeKind.Success;
        lock (_gate)
        {
            var (attempts, served) = _instances.GetValueOrDefault(instance.Id);
            _instances[instance.Id] = (attempts + 1, isServed ? served + 1 : served);
            // An instance that left the catalog comes back without a change of health: an answer proves its use.
            if (isServed) SeeLocked(instance.Id, isUsed: true);
        }
    }

    internal void CallEnded(TimeSpan latency, string? error)
    {
        lock (_gate)
        {
            Calls++;
            _latency.Record(latency.Ticks);
            if (error is null) return;
            Failed++;
            FirstError ??= error;
        }
    }

    internal void Note(string who, string what, string happened)
    {
        lock (_gate) AddLocked(who, what, happened);
    }

    internal void Broke(string id)
    {
        lock (_gate)
        {
            _victim = id;
            _brokeAt = Seconds;
            AddLocked("fault", id, "kill -9");
        }
    }

    internal void Mended(string id)
    {
        lock (_gate)
        {
            _mendedAt = Seconds;
            _servedBefore = _instances.GetValueOrDefault(id).Served;
            AddLocked("fault", id, "restarted on its port");
        }
    }

    /// <summary>Calls that the restarted instance has answered.</summary>
    internal long ServedAfterRestart()
    {
        lock (_gate)
        {
            return _mendedAt is null ? 0 : _instances[_victim!].Served - _servedBefore;
        }
    }

    internal RunReport ToReport(ulong seed, string balancer)
    {
        lock (_gate)
        {
            var attempts = _instances.Values.Sum(static i => i.Attempts);
            return new RunReport
            {
                Scenario = "live",
                Seed = seed,
                Balancer = balancer,
                TraceHash = "",
                VirtualSeconds = 0,
                WallSeconds = Seconds,
                Calls = Calls,
                Succeeded = Calls - Failed,
                Failed = Failed,
                Attempts = attempts,
                Retries = Math.Max(0, attempts - Calls),
                LatencyMs = new LatencySummary(Ms(_latency.Mean), At(50), At(90), At(99), At(99.9), Ms(_latency.Max)),
                TimeToDetectMs = DetectedMs,
                TimeToRecoverMs = RecoveredMs,
                Panics = Panics,
                PerInstance =
                [
                    .. _instances.Select(i => new InstanceReport(
                        i.Key, null, i.Value.Attempts, i.Value.Served, Math.Round((double)i.Value.Attempts / attempts, 6), 0)),
                ],
                Timeline = [.. _timeline],
                Expectations = [],
                FirstError = FirstError,
            };
        }
    }

    private static double Ms(double ticks) => Math.Round(ticks / TimeSpan.TicksPerMillisecond, 4);

    private double At(double percent) => Ms(_latency.Percentile(percent));

    private void SeeLocked(string id, bool isUsed)
    {
        if (id != _victim) return;
        if (!isUsed && DetectedMs is null) DetectedMs = Math.Round((Seconds - _brokeAt!.Value) * 1000, 3);
        if (isUsed && _mendedAt is { } since && RecoveredMs is null) RecoveredMs = Math.Round((Seconds - since) * 1000, 3);
    }

    private void AddLocked(string who, string what, string happened) => _timeline.Add(new TimelineEntry(Math.Round(Seconds, 3), who, what, happened));
}
