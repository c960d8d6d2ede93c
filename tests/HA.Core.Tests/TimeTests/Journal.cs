using HA.Core.Simulation;

namespace HA.Core.Tests.TimeTests;

/// <summary>Writes down what the engine tells.</summary>
internal sealed class Journal(Simulator simulation) : ServiceEventListener
{
    internal List<string> BrokenLoops { get; } = [];

    internal List<(TimeSpan At, ServiceCatalog Catalog)> Catalogs { get; } = [];

    internal List<(TimeSpan At, Exception Error, TimeSpan RetryAfter)> RegistryFailures { get; } = [];

    internal List<TimeSpan> Recoveries { get; } = [];

    internal List<int> Held { get; } = [];

    internal List<(ServiceCatalog Catalog, TimeSpan Age)> Restored { get; } = [];

    internal List<Exception> StoreFailures { get; } = [];

    internal List<Exception> SecondaryFailures { get; } = [];

    internal List<(int Missing, int Extra, int Different)> Drifts { get; } = [];

    internal List<(TimeSpan At, RegistrationState State, Exception? Error)> Registrations { get; } = [];

    internal List<(TimeSpan At, string Id, EndpointHealth Health, string Reason)> HealthChanges { get; } = [];

    internal List<CallOutcome> Outcomes { get; } = [];

    internal List<CallSummary> Calls { get; } = [];

    internal List<FailureCause> Retries { get; } = [];

    internal int RefusedRetries { get; private set; }

    internal List<(string Id, EjectionReason Reason)> Ejections { get; } = [];

    internal List<(string Id, bool IsHealthy, TimeSpan Latency)> Checks { get; } = [];

    public override void OnLoopEnded(SpawnedLoop loop, Exception? error)
    {
        if (error is not null) BrokenLoops.Add($"{loop.Name}: {error.GetType().Name}: {error.Message}");
    }

    public override void OnCatalogChanged(ServiceCatalog catalog) => Catalogs.Add((simulation.Now, catalog));

    public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime) => Held.Add(removed);

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) =>
        RegistryFailures.Add((simulation.Now, error, retryAfter));

    public override void OnRegistryRecovered(string service) => Recoveries.Add(simulation.Now);

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error) =>
        Registrations.Add((simulation.Now, state, error));

    public override void OnCatalogRestored(ServiceCatalog catalog, TimeSpan age) => Restored.Add((catalog, age));

    public override void OnCatalogStoreFailed(string service, Exception error) => StoreFailures.Add(error);

    public override void OnSecondaryRegistryFailed(string service, Exception error) => SecondaryFailures.Add(error);

    public override void OnRegistryDrift(string service, int missing, int extra, int different) => Drifts.Add((missing, extra, different));

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) =>
        HealthChanges.Add((simulation.Now, instance.Id, to, reason));

    public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome) => Outcomes.Add(outcome);

    public override void OnCallCompleted(string service, in CallSummary call) => Calls.Add(call);

    public override void OnRetry(string service, FailureCause cause) => Retries.Add(cause);

    public override void OnRetryRefused(string service) => RefusedRetries++;

    public override void OnEjected(ServiceInstance instance, EjectionReason reason) => Ejections.Add((instance.Id, reason));

    public override void OnHealthChecked(ServiceInstance instance, bool isHealthy, TimeSpan latency) =>
        Checks.Add((instance.Id, isHealthy, latency));
}
