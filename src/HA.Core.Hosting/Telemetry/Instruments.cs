using System.Collections.Immutable;

namespace HA.Core.Hosting.Telemetry;

/// <summary>Every instrument there is: code, documentation, dashboards and alerts go by this list.</summary>
internal static class Instruments
{
    internal const string Service = "service.peer.name";
    internal const string OwnService = "service.name";
    internal const string Address = "server.address";
    internal const string Port = "server.port";
    internal const string Error = "error.type";
    internal const string Outcome = "hacore.outcome";
    internal const string AttemptKind = "hacore.attempt.kind";
    internal const string RetryReason = "hacore.retry.reason";
    internal const string EndpointState = "hacore.endpoint.state";
    internal const string EjectionReason = "hacore.ejection.reason";
    internal const string FromState = "hacore.from_state";
    internal const string ToState = "hacore.to_state";
    internal const string ProbeResult = "hacore.probe.result";
    internal const string ConnectionState = "hacore.connection.state";
    internal const string UpdateKind = "hacore.update.kind";
    internal const string RegistrationState = "hacore.registration.state";
    internal const string ReloadResult = "hacore.reload.result";
    internal const string DrainResult = "hacore.drain.result";
    internal const string AlertRule = "hacore.alert.rule";
    internal const string RefusalReason = "hacore.refusal.reason";
    internal const string DeliveryResult = "hacore.delivery.result";

    internal static readonly InstrumentInfo Requests = Histogram("hacore.client.request.duration",
        "Time of a call as its caller sees it, all attempts and waits together.", Service, Outcome, Error);

    internal static readonly InstrumentInfo Attempts = Histogram("hacore.client.attempt.duration",
        "Time of an attempt, to its answer or its failure.", Service, Address, Port, Outcome, AttemptKind);

    internal static readonly InstrumentInfo ActiveAttempts = Level("hacore.client.active_attempts", "{attempt}",
        "Attempts under way, with answers whose body is still being read.", Service, Address, Port);

    internal static readonly InstrumentInfo Retries = Counter("hacore.client.retries", "{retry}",
        "Attempts that failed and were made again.", Service, RetryReason);

    internal static readonly InstrumentInfo RetriesRefused = Counter("hacore.client.retry_budget.rejections", "{rejection}",
        "Retries that were not made, because the budget was spent.", Service);

    internal static readonly InstrumentInfo Endpoints = Level("hacore.endpoint.count", "{endpoint}",
        "Endpoints of a service in each state of health.", Service, EndpointState);

    internal static readonly InstrumentInfo Ejections = Counter("hacore.endpoint.ejections", "{ejection}",
        "Endpoints that were taken out because of calls to them, or by hand.", Service, EjectionReason);

    internal static readonly InstrumentInfo Transitions = Counter("hacore.health.transitions", "{transition}",
        "Changes of the health of an endpoint.", Service, FromState, ToState);

    internal static readonly InstrumentInfo Probes = Histogram("hacore.health.probe.duration",
        "Time of a health check, to its answer or its failure.", Service, ProbeResult);

    internal static readonly InstrumentInfo Panic = Level("hacore.panic.status", "1",
        "1 while too few endpoints of a service are fit, and health is ignored; else 0.", Service);

    internal static readonly InstrumentInfo SnapshotAge = new("hacore.registry.snapshot.age", InstrumentKind.Gauge, "s",
        "Time since the registry of a service was lost, and with it the news; 0 while it is watched.", [Service]);

    internal static readonly InstrumentInfo Connection = Level("hacore.registry.connection.status", "1",
        "1 for the state that the watch of a service is in, 0 for the others.", Service, ConnectionState);

    internal static readonly InstrumentInfo Updates = Counter("hacore.registry.updates", "{update}",
        "Instances that the registry added, removed or changed, and removals that were held back as doubtful.", Service, UpdateKind);

    internal static readonly InstrumentInfo WatchRestarts = Counter("hacore.registry.watch.restarts", "{restart}",
        "Watches of the registry that failed and were begun again.", Service, Error);

    internal static readonly InstrumentInfo EntriesRefused = Counter("hacore.registry.entry.refusals", "{refusal}",
        "Entries of the registry that are left out, and why.", Service, RefusalReason);

    internal static readonly InstrumentInfo RegistrationChanges = Counter("hacore.registration.changes", "{change}",
        "Changes of the state of a registration of this program.", OwnService, RegistrationState);

    internal static readonly InstrumentInfo Registration = Level("hacore.registration.status", "1",
        "1 for the state that the registration of this program is in, 0 for those that it was in.", OwnService, RegistrationState);

    internal static readonly InstrumentInfo Reloads = Counter("hacore.config.reloads", "{reload}",
        "Changes of the configuration, and whether they were applied.", ReloadResult);

    internal static readonly InstrumentInfo KeysDenied = Counter("hacore.config.denials", "{denial}",
        "Keys that a configuration centre may not set, and did.");

    internal static readonly InstrumentInfo Drains = Histogram("hacore.drain.duration",
        "Time from being told to stop until the registry was left.", DrainResult);

    internal static readonly InstrumentInfo Alerts = Level("hacore.alert.status", "1",
        "1 for an alert that fires in this program; nothing for the others. With AddAlerts.", Service, AlertRule);

    internal static readonly InstrumentInfo Deliveries = Counter("hacore.alert.deliveries", "{delivery}",
        "Alerts that were posted to the webhook, could not be, or were dropped because too many waited.", DeliveryResult);

    /// <summary>In the order of the documentation.</summary>
    internal static readonly ImmutableArray<InstrumentInfo> All =
    [
        Requests, Attempts, ActiveAttempts, Retries, RetriesRefused, Endpoints, Ejections, Transitions, Probes, Panic, SnapshotAge,
        Connection, Updates, WatchRestarts, EntriesRefused, RegistrationChanges, Registration, Reloads, KeysDenied, Drains,
        Alerts, Deliveries,
    ];

    private static InstrumentInfo Histogram(string name, string description, params ImmutableArray<string> attributes) =>
        new(name, InstrumentKind.Histogram, "s", description, attributes);

    private static InstrumentInfo Counter(string name, string unit, string description, params ImmutableArray<string> attributes) =>
        new(name, InstrumentKind.Counter, unit, description, attributes);

    private static InstrumentInfo Level(string name, string unit, string description, params ImmutableArray<string> attributes) =>
        new(name, InstrumentKind.UpDownCounter, unit, description, attributes);
}
