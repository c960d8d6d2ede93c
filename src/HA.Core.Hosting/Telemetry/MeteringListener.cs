using HA.Core.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Telemetry;

/// <summary>Counts and measures what happens.</summary>
internal sealed class MeteringListener : ServiceEventListener
{
    private readonly Lock _gate = new();
    private readonly HostingMeters _meters;
    private readonly Func<int> _maxEndpoints;
    private readonly ILogger _log;
    private readonly EndpointsSeen _seen = new();
    private readonly Dictionary<string, ServiceCatalog> _catalogs = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Service, string Id), RegistrationState> _registrations = [];

    public MeteringListener(HostingMeters meters, OptionsKeeper options, ILoggerFactory loggers)
        : this(meters, () => options.Current.Telemetry.MaxEndpoints, loggers)
    {
    }

    internal MeteringListener(HostingMeters meters, Func<int> maxEndpoints, ILoggerFactory loggers)
    {
        _meters = meters;
        _maxEndpoints = maxEndpoints;
        _log = loggers.CreateLogger(HostingLog.ClientCategory);
        meters.Live.TellsEndpoints = () => !_seen.AreTooMany;
    }

    public override void OnCallCompleted(string service, in CallSummary call) => _meters.Called(service, call);

    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome) =>
        _meters.Attempted(instance, outcome, !_seen.AreTooMany);

    public override void OnRetry(string service, FailureCause cause) => _meters.Retried(service, cause);

    public override void OnRetryRefused(string service) => _meters.RetryRefused(service);

    public override void OnEjected(ServiceInstance instance, EjectionReason reason) => _meters.Ejected(instance.Service, reason);

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) =>
        _meters.HealthChanged(instance.Service, from, to);

    public override void OnHealthChecked(ServiceInstance instance, bool isHealthy, TimeSpan latency) =>
        _meters.Probed(instance.Service, isHealthy, latency);

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) => _meters.WatchRestarted(service, error);

    public override void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail) =>
        _meters.EntriesRefused(service, reason, count);

    public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime) => _meters.Updated(service, "held", removed);

    public override void OnCatalogChanged(ServiceCatalog catalog)
    {
        var limit = _maxEndpoints();
        if (_seen.Add(catalog.Instances, limit)) _log.TooManyEndpoints(limit);
        ServiceCatalog? before;
        lock (_gate)
        {
            _catalogs.TryGetValue(catalog.Service, out before);
            _catalogs[catalog.Service] = catalog;
        }

        if (_meters.WantsUpdates) Compare(before, catalog);
    }

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        var key = (instance.Service, instance.Id);
        lock (_gate)
        {
            RegistrationState? before = _registrations.TryGetValue(key, out var known) ? known : null;
            _registrations[key] = state;
            _meters.RegistrationChanged(instance.Service, before, state);
        }
    }

    private void Compare(ServiceCatalog? before, ServiceCatalog now)
    {
        var left = new Dictionary<string, ServiceInstance>(StringComparer.Ordinal);
        foreach (var instance in before?.Instances ?? []) left[instance.Id] = instance;
        int added = 0, changed = 0;
        foreach (var instance in now.Instances)
        {
            if (!left.Remove(instance.Id, out var old)) added++;
            else if (!old.Equals(instance)) changed++;
        }

        _meters.Updated(now.Service, "added", added);
        _meters.Updated(now.Service, "changed", changed);
        _meters.Updated(now.Service, "removed", left.Count);
    }
}
