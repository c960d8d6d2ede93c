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

    private readonly Histogram<double> _requests;
    private readonly Histogram<double> _attempts;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _retriesRefused;
    private readonly Counter<long> _ejections;
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _probes;
    private readonly Counter<long> _updates;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _registrations;
    private readonly UpDownCounter<long> _registration;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _denied;
    private readonly Histogram<double> _drains;
    private readonly Counter<long> _deliveries;

    public HostingMeters(IMeterFactory factory)
    {
        Meter = factory.Create(new MeterOptions(Name) { Version = typeof(HostingMeters).Assembly.GetName().Version?.ToString(3) });
        _requests = Histogram(Instruments.Requests);
        _attempts = Histogram(Instruments.Attempts);
        _retries = Counter(Instruments.Retries);
        _retriesRefused = Counter(Instruments.RetriesRefused);
        _ejections = Counter(Instruments.Ejections);
        _transitions = Counter(Instruments.Transitions);
        _probes = Histogram(Instruments.Probes);
        _updates = Counter(Instruments.Updates);
        _restarts = Counter(Instruments.WatchRestarts);
        _refusals = Counter(Instruments.EntriesRefused);
        _registrations = Counter(Instruments.RegistrationChanges);
        _registration = Meter.CreateUpDownCounter<long>(
            Instruments.Registration.Name, Instruments.Registration.Unit, Instruments.Registration.Description);
        _reloads = Counter(Instruments.Reloads);
        _denied = Counter(Instruments.KeysDenied);
        _drains = Histogram(Instruments.Drains);
        _deliveries = Counter(Instruments.Deliveries);
        Live = new LiveMeters(Meter);
    }

    internal Meter Meter { get; }

    /// <summary>What is not counted as it happens, but looked at when somebody asks.</summary>
    internal LiveMeters Live { get; }

    internal bool WantsUpdates => _updates.Enabled;

    internal void Called(string service, in CallSummary call)
    {
        if (!_requests.Enabled) return;
        var tags = new TagList { { Instruments.Service, service }, { Instruments.Outcome, Words.Of(call.Ending) } };
        if (call.Cause != FailureCause.None) tags.Add(Instruments.Error, Words.Of(call.Cause));
        _requests.Record(call.Latency.TotalSeconds, tags);
    }

    /// <param name="instance">Whom it went to.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="tellsEndpoint">Whether endpoints are told apart.</param>
    internal void Attempted(ServiceInstance instance, in CallOutcome outcome, bool tellsEndpoint)
    {
        if (!_attempts.Enabled) return;
        var tags = new TagList { { Instruments.Service, instance.Service } };
        if (tellsEndpoint)
        {
            tags.Add(Instruments.Address, instance.Address);
            tags.Add(Instruments.Port, instance.Port);
        }

        tags.Add(Instruments.Outcome, Words.Of(outcome.Kind));
        tags.Add(Instruments.AttemptKind, Words.Of(outcome.Attempt));
        _attempts.Record(outcome.Latency.TotalSeconds, tags);
    }

    internal void Retried(string service, FailureCause cause) =>
        _retries.Add(1, new(Instruments.Service, service), new(Instruments.RetryReason, Words.Of(cause)));

    internal void RetryRefused(string service) => _retriesRefused.Add(1, new KeyValuePair<string, object?>(Instruments.Service, service));

    internal void Ejected(string service, EjectionReason reason) =>
        _ejections.Add(1, new(Instruments.Service, service), new(Instruments.EjectionReason, Words.Of(reason)));

    internal void HealthChanged(string service, EndpointHealth from, EndpointHealth to) => _transitions.Add(
        1, new(Instruments.Service, service), new(Instruments.FromState, Words.Of(from)), new(Instruments.ToState, Words.Of(to)));

    internal void Probed(string service, bool isHealthy, TimeSpan latency) => _probes.Record(
        latency.TotalSeconds, new(Instruments.Service, service), new(Instruments.ProbeResult, isHealthy ? "healthy" : "unhealthy"));

    internal void Updated(string service, string kind, int count)
    {
        if (count > 0) _updates.Add(count, new(Instruments.Service, service), new(Instruments.UpdateKind, kind));
    }

    internal void WatchRestarted(string service, Exception error) =>
        _restarts.Add(1, new(Instruments.Service, service), new(Instruments.Error, error.GetType().FullName));

    internal void EntriesRefused(string service, EntryRefusal reason, int count) => _refusals.Add(
        count, new(Instruments.Service, service), new(Instruments.RefusalReason, Words.Of(reason)));

    internal void RegistrationChanged(string service, RegistrationState? from, RegistrationState to)
    {
        if (from == to) return;
        if (from is { } old) _registration.Add(-1, new(Instruments.OwnService, service), new(Instruments.RegistrationState, Words.Of(old)));
        _registration.Add(1, new(Instruments.OwnService, service), new(Instruments.RegistrationState, Words.Of(to)));
        _registrations.Add(1, new(Instruments.OwnService, service), new(Instruments.RegistrationState, Words.Of(to)));
    }

    internal void Drained(TimeSpan took, bool isComplete) => _drains.Record(
        took.TotalSeconds, new KeyValuePair<string, object?>(Instruments.DrainResult, isComplete ? "complete" : "timeout"));

    internal void KeyDenied() => _denied.Add(1);

    internal void Reloaded(bool isApplied) =>
        _reloads.Add(1, new KeyValuePair<string, object?>(Instruments.ReloadResult, isApplied ? "applied" : "rejected"));

    internal void Delivered(string result) =>
        _deliveries.Add(1, new KeyValuePair<string, object?>(Instruments.DeliveryResult, result));

    private Histogram<double> Histogram(InstrumentInfo info) =>
        Meter.CreateHistogram(info.Name, info.Unit, info.Description, null, Seconds);

    private Counter<long> Counter(InstrumentInfo info) => Meter.CreateCounter<long>(info.Name, info.Unit, info.Description);
}
