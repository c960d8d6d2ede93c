namespace HA.Core.Hosting.Telemetry;

/// <summary>Counts and measures what happens.</summary>
internal sealed class MeteringListener(HostingMeters meters) : ServiceEventListener
{
    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome) =>
        meters.Attempted(instance, outcome.Kind, outcome.Latency);

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) =>
        meters.HealthChanged(instance.Service, from, to);

    public override void OnPanicChanged(string service, bool isPanic) => meters.PanicChanged(service, isPanic);

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) => meters.WatchRestarted(service, error);

    public override void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail) =>
        meters.EntriesRefused(service, reason, count);

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error) =>
        meters.RegistrationChanged(instance.Service, state);
}
