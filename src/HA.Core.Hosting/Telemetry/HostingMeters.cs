using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HA.Core.Hosting.Telemetry;

/// <summary>What this library counts and measures, in the meter <c>HA.Core</c>: names and units as OpenTelemetry has them.</summary>
internal sealed class HostingMeters
{
    internal const string Name = "HA.Core";

    // As for HTTP requests in OpenTelemetry's conventions.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly Histogram<double> _attempts;
    private readonly Counter<long> _transitions;
    private readonly UpDownCounter<long> _panic;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _registrations;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _denied;
    private readonly Histogram<double> _drains;

    public HostingMeters(IMeterFactory factory)
    {
        var meter = factory.Create(new MeterOptions(Name) { Version = typeof(HostingMeters).Assembly.GetName().Version?.ToString(3) });
        _attempts = meter.CreateHistogram("hacore.client.attempt.duration", "s", "Time of an attempt, to its answer or its failure.",
            null, Seconds);
        _transitions = meter.CreateCounter<long>("hacore.health.transitions", "{transition}", "Changes of the health of an endpoint.");
        _panic = meter.CreateUpDownCounter<long>("hacore.panic.status", "1", "1 while too few endpoints of a service are fit.");
        _restarts = meter.CreateCounter<long>("hacore.registry.watch.restarts", "{restart}",
            "Watches of the registry that failed and were begun again.");
        _refusals = meter.CreateCounter<long>("hacore.registry.entries.refused", "{entry}",
            "Entries of the registry that are left out, and why.");
        _registrations = meter.CreateCounter<long>("hacore.registration.changes", "{change}",
            "Changes of the state of a registration of this program.");
        _reloads = meter.CreateCounter<long>("hacore.config.reloads", "{reload}",
            "Changes of the configuration, and whether they were applied.");
        _denied = meter.CreateCounter<long>("hacore.config.denied", "{key}", "Keys that a configuration centre may not set, and did.");
        _drains = meter.CreateHistogram("hacore.drain.duration", "s", "Time from being told to stop until the registry was left.", null,
            Seconds);
    }

    internal void Attempted(ServiceInstance instance, OutcomeKind outcome, TimeSpan latency)
    {
        if (!_attempts.Enabled) return;
        var tags = new TagList
        {
            { "service.peer.name", instance.Service },
            { "server.address", instance.Address },
            { "server.port", instance.Port },
            { "hacore.outcome", NameOf(outcome) },
        };
        _attempts.Record(latency.TotalSeconds, tags);
    }

    internal void HealthChanged(string service, EndpointHealth from, EndpointHealth to) => _transitions.Add(
        1, new("service.peer.name", service), new("hacore.from_state", NameOf(from)), new("hacore.to_state", NameOf(to)));

    internal void PanicChanged(string service, bool isPanic) =>
        _panic.Add(isPanic ? 1 : -1, new KeyValuePair<string, object?>("service.peer.name", service));

    internal void WatchRestarted(string service, Exception error) => _restarts.Add(
        1, new("service.peer.name", service), new("error.type", error.GetType().FullName));

    internal void EntriesRefused(string service, EntryRefusal reason, int count) => _refusals.Add(
        count, new("service.peer.name", service), new("hacore.refusal.reason", NameOf(reason)));

    internal void RegistrationChanged(string service, RegistrationState state) => _registrations.Add(
        1, new("service.name", service), new("hacore.registration.state", NameOf(state)));

    internal void Drained(TimeSpan took, bool isComplete) =>
        _drains.Record(took.TotalSeconds, new KeyValuePair<string, object?>("hacore.drain.result", isComplete ? "complete" : "timeout"));

    internal void KeyDenied() => _denied.Add(1);

    internal void Reloaded(bool isApplied) =>
        _reloads.Add(1, new KeyValuePair<string, object?>("hacore.reload.result", isApplied ? "applied" : "rejected"));

    private static string NameOf(OutcomeKind kind) => kind switch
    {
        OutcomeKind.Success => "success",
        OutcomeKind.Failure => "failure",
        OutcomeKind.Overload => "overload",
        _ => "ignored",
    };

    private static string NameOf(EndpointHealth health) => health switch
    {
        EndpointHealth.Healthy => "healthy",
        EndpointHealth.Unknown => "unknown",
        EndpointHealth.Probing => "probing",
        EndpointHealth.Draining => "draining",
        _ => "unhealthy",
    };

    private static string NameOf(EntryRefusal reason) => reason switch
    {
        EntryRefusal.Misplaced => "misplaced",
        EntryRefusal.TooLarge => "too_large",
        EntryRefusal.TooMany => "too_many",
        EntryRefusal.Address => "address",
        EntryRefusal.HealthCheckUrl => "health_check_url",
        _ => "unreadable",
    };

    private static string NameOf(RegistrationState state) => state switch
    {
        RegistrationState.Registering => "registering",
        RegistrationState.Registered => "registered",
        RegistrationState.Lost => "lost",
        RegistrationState.Fenced => "fenced",
        _ => "deregistered",
    };
}
