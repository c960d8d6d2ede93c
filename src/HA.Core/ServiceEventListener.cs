namespace HA.Core;

/// <summary>
/// What the engine tells the outside: one method per event, empty unless overridden. Metrics, logs, traces and the
/// simulator's checks all hang here.
/// </summary>
/// <remarks>
/// Methods are called on the flow that made the event, possibly concurrently, and some while the engine holds a lock. They
/// must return quickly, must not throw, must not wait for another thread, and what they see must not feed back into
/// decisions.
/// </remarks>
public class ServiceEventListener
{
    /// <summary>A background loop began.</summary>
    public virtual void OnLoopStarted(SpawnedLoop loop) { }

    /// <summary>A background loop ended; <paramref name="error"/> is null unless it broke.</summary>
    public virtual void OnLoopEnded(SpawnedLoop loop, Exception? error) { }

    /// <summary>A catalog was taken into use.</summary>
    public virtual void OnCatalogChanged(ServiceCatalog catalog) { }

    /// <summary>
    /// So many more entries of a registry are left out, for one <paramref name="reason"/>; the others are used. Each is told
    /// once for as long as it stays.
    /// </summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="reason">Why.</param>
    /// <param name="count">How many that were not told yet.</param>
    /// <param name="detail">One of them and what is wrong with it, in plain characters.</param>
    public virtual void OnEntriesRefused(string service, EntryRefusal reason, int count, string detail) { }

    /// <summary>A registry withholds instances that were there a moment ago; they stay in use until that is confirmed.</summary>
    public virtual void OnRemovalHeld(string service, int removed, TimeSpan holdTime) { }

    /// <summary>A registry could not be watched; it is tried again after <paramref name="retryAfter"/>.</summary>
    public virtual void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) { }

    /// <summary>A registry answers again.</summary>
    public virtual void OnRegistryRecovered(string service) { }

    /// <summary>The registry does not answer at the start; what was stored <paramref name="age"/> ago is used until it does.</summary>
    public virtual void OnCatalogRestored(ServiceCatalog catalog, TimeSpan age) { }

    /// <summary>A catalog could not be stored, or what was stored is not used.</summary>
    public virtual void OnCatalogStoreFailed(string service, Exception error) { }

    /// <summary>Of two registries that are written to, the one that is not read failed, or said that another owner has the id.</summary>
    public virtual void OnSecondaryRegistryFailed(string service, Exception error) { }

    /// <summary>
    /// Two registries that are written to differ on a service otherwise than before: so many instances are
    /// <paramref name="missing"/> from the one that is not read, are there only, or have other values. All zero: they agree again.
    /// </summary>
    public virtual void OnRegistryDrift(string service, int missing, int extra, int different) { }

    /// <summary>A registration changed its state.</summary>
    public virtual void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error) { }

    /// <summary>An endpoint's health changed.</summary>
    public virtual void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) { }

    /// <summary>A pool entered or left panic: too few endpoints are fit, so some that are not are used as well.</summary>
    public virtual void OnPanicChanged(string service, bool isPanic) { }

    /// <summary>An endpoint takes no calls for a while, because of what calls to it taught or because somebody said so.</summary>
    public virtual void OnEjected(ServiceInstance instance, EjectionReason reason) { }

    /// <summary>An endpoint was asked for its health, and has answered or not.</summary>
    public virtual void OnHealthChecked(ServiceInstance instance, bool isHealthy, TimeSpan latency) { }

    /// <summary>One attempt ended.</summary>
    public virtual void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome) { }

    /// <summary>A call is made again, because an attempt failed.</summary>
    public virtual void OnRetry(string service, FailureCause cause) { }

    /// <summary>A call is not made again, because the retry budget is spent.</summary>
    public virtual void OnRetryRefused(string service) { }

    /// <summary>
    /// A call ended. Not told of one that ends by an exception of a transport or a classifier, which must not throw.
    /// </summary>
    public virtual void OnCallCompleted(string service, in CallSummary call) { }
}

/// <summary>How far a registration has come.</summary>
public enum RegistrationState : byte
{
    /// <summary>Not in the registry yet.</summary>
    Registering = 0,

    /// <summary>In the registry, renewed in time.</summary>
    Registered = 1,

    /// <summary>Lost through an outage or an expiry; registering again.</summary>
    Lost = 2,

    /// <summary>Another owner took the id over; this one has stopped for good.</summary>
    Fenced = 3,

    /// <summary>Deregistered by its own wish.</summary>
    Deregistered = 4,
}
