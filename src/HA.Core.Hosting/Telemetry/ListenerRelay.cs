namespace HA.Core.Hosting.Telemetry;

/// <summary>Tells several listeners.</summary>
internal sealed class ListenerRelay(ServiceEventListener[] listeners) : ServiceEventListener
{
    public override void OnLoopStarted(SpawnedLoop loop)
    {
        foreach (var listener in listeners) listener.OnLoopStarted(loop);
    }

    public override void OnLoopEnded(SpawnedLoop loop, Exception? error)
    {
        foreach (var listener in listeners) listener.OnLoopEnded(loop, error);
    }

    public override void OnCatalogChanged(ServiceCatalog catalog)
    {
        foreach (var listener in listeners) listener.OnCatalogChanged(catalog);
    }

    public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime)
    {
        foreach (var listener in listeners) listener.OnRemovalHeld(service, removed, holdTime);
    }

    public override void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail)
    {
        foreach (var listener in listeners) listener.OnEntriesRefused(service, reason, count, detail);
    }

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter)
    {
        foreach (var listener in listeners) listener.OnRegistryFailed(service, error, retryAfter);
    }

    public override void OnRegistryRecovered(string service)
    {
        foreach (var listener in listeners) listener.OnRegistryRecovered(service);
    }

    public override void OnCatalogRestored(ServiceCatalog catalog, TimeSpan age)
    {
        foreach (var listener in listeners) listener.OnCatalogRestored(catalog, age);
    }

    public override void OnCatalogStoreFailed(string service, Exception error)
    {
        foreach (var listener in listeners) listener.OnCatalogStoreFailed(service, error);
    }

    public override void OnSecondaryRegistryFailed(string service, Exception error)
    {
        foreach (var listener in listeners) listener.OnSecondaryRegistryFailed(service, error);
    }

    public override void OnRegistryDrift(string service, int missing, int extra, int different)
    {
        foreach (var listener in listeners) listener.OnRegistryDrift(service, missing, extra, different);
    }

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        foreach (var listener in listeners) listener.OnRegistrationChanged(instance, state, error);
    }

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        foreach (var listener in listeners) listener.OnHealthChanged(instance, from, to, reason);
    }

    public override void OnPanicChanged(string service, bool isPanic)
    {
        foreach (var listener in listeners) listener.OnPanicChanged(service, isPanic);
    }

    public override void OnEjected(ServiceInstance instance, EjectionReason reason)
    {
        foreach (var listener in listeners) listener.OnEjected(instance, reason);
    }

    public override void OnHealthChecked(ServiceInstance instance, bool isHealthy, TimeSpan latency)
    {
        foreach (var listener in listeners) listener.OnHealthChecked(instance, isHealthy, latency);
    }

    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome)
    {
        foreach (var listener in listeners) listener.OnAttemptCompleted(instance, outcome);
    }

    public override void OnRetry(string service, FailureCause cause)
    {
        foreach (var listener in listeners) listener.OnRetry(service, cause);
    }

    public override void OnRetryRefused(string service)
    {
        foreach (var listener in listeners) listener.OnRetryRefused(service);
    }

    public override void OnCallCompleted(string service, in CallSummary call)
    {
        foreach (var listener in listeners) listener.OnCallCompleted(service, call);
    }
}
