using HA.Core.Hosting.Settings;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Telemetry;

/// <summary>Says what happens to the log. What comes from a registry or a peer is cut and cleaned first.</summary>
internal sealed class LoggingListener(ILoggerFactory loggers) : ServiceEventListener
{
    // An instance and what is wrong with it take more room than a message.
    private const int MaxEntryShown = 256;

    private readonly ILogger _registry = loggers.CreateLogger(HostingLog.RegistryCategory);
    private readonly ILogger _health = loggers.CreateLogger(HostingLog.HealthCategory);
    private readonly ILogger _lifecycle = loggers.CreateLogger(HostingLog.LifecycleCategory);

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) =>
        _registry.RegistryFailed(service, retryAfter, Safe(error));

    public override void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail) =>
        _registry.EntriesRefused(service, count, reason, SettingText.Shown(detail, MaxEntryShown));

    public override void OnRegistryRecovered(string service) => _registry.RegistryRecovered(service);

    public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime) => _registry.RemovalHeld(service, removed, holdTime);

    public override void OnCatalogRestored(ServiceCatalog catalog, TimeSpan age) =>
        _registry.CatalogRestored(catalog.Service, catalog.Instances.Length, age);

    public override void OnCatalogStoreFailed(string service, Exception error) => _registry.CatalogStoreFailed(service, Safe(error));

    public override void OnSecondaryRegistryFailed(string service, Exception error) => _registry.SecondaryFailed(service, Safe(error));

    public override void OnRegistryDrift(string service, int missing, int extra, int different) =>
        _registry.RegistriesDiffer(service, missing, extra, different);

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (to == EndpointHealth.Unhealthy) _health.Unhealthy(instance.ToString(), from, SettingText.Shown(reason));
        else _health.HealthChanged(instance.ToString(), from, to, SettingText.Shown(reason));
    }

    public override void OnPanicChanged(string service, bool isPanic)
    {
        if (isPanic) _health.Panic(service);
        else _health.PanicEnded(service);
    }

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        var isLost = state is RegistrationState.Lost or RegistrationState.Fenced;
        if (isLost) _lifecycle.RegistrationLost(instance.ToString(), state, Safe(error));
        else _lifecycle.RegistrationChanged(instance.ToString(), state, Safe(error));
    }

    public override void OnLoopEnded(SpawnedLoop loop, Exception? error)
    {
        if (error is not null) _lifecycle.LoopBroke(loop.Name, error);
    }

    private static string Safe(Exception? error) => error is null ? "" : SettingText.Shown(error.Message);
}
