namespace HA.Core.Registry;

/// <summary>
/// A store of who runs where. Honest and dumb: no loops, no timers, no retries inside, and it throws when it is broken.
/// Renewing, watching for ever and registering again belong to <see cref="RegistrationKeeper"/> and
/// <see cref="CatalogWatcher"/>, once for all providers.
/// </summary>
/// <remarks>
/// <para>The laws, each with a test of its number in the conformance suite:</para>
/// <list type="number">
/// <item>Register then discover: what was registered is discovered by every reader, all its values intact.</item>
/// <item>Registering again as the same owner replaces the entry, renews its lease and keeps its registration time.</item>
/// <item>Every registration has its own lease: one that ends takes no other with it.</item>
/// <item>An entry that is not renewed is gone no sooner than its time to live, and no later than that plus
/// <see cref="RegistryCapabilities.RemovalLatency"/>.</item>
/// <item>Renewing keeps an entry alive; renewing one that is gone answers <see cref="RenewalResult.Lost"/> and creates
/// nothing.</item>
/// <item>Deregistering removes the entry before it returns, and is idempotent.</item>
/// <item>An owner fences: registering an id with <see cref="RegistrationTerms.TakeOver"/> replaces its former owner, whose
/// renewals then answer <see cref="RenewalResult.Fenced"/> and whose deregistrations touch nothing.</item>
/// <item>Without <see cref="RegistrationTerms.TakeOver"/>, an id that lives under another owner stays with that owner:
/// <see cref="RegistrationFencedException"/>.</item>
/// <item>Discovering an unknown service gives an empty catalog; services do not see each other's entries.</item>
/// <item>A watch delivers the current catalog first, even an empty one.</item>
/// <item>A watch then delivers strictly newer revisions, and may leave out those in between: the last state always
/// arrives, however slow the reader.</item>
/// <item>A watch ends by its token or by an exception, never by itself.</item>
/// <item>A deregistered id is among <see cref="ServiceCatalog.Departed"/> of the catalogs that follow, until it registers
/// again or <see cref="RegistryCapabilities.DepartureMemory"/> has passed; an expired id never is.</item>
/// <item>A cancelled token ends any method promptly.</item>
/// </list>
/// <para>Safe for concurrent use. Methods throw <see cref="RegistryException"/> when the registry cannot be reached or
/// answers nonsense, <see cref="OperationCanceledException"/> when cancelled, and <see cref="ObjectDisposedException"/> once they
/// can never succeed again.</para>
/// </remarks>
public interface IServiceRegistry : IAsyncDisposable
{
    /// <summary>What this registry promises.</summary>
    RegistryCapabilities Capabilities { get; }

    /// <summary>Writes an instance, to live until it is not renewed for its time to live.</summary>
    /// <exception cref="RegistrationFencedException">The id lives under another owner and was not to be taken over.</exception>
    ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken);

    /// <summary>Prolongs a registration by its time to live, counted from now.</summary>
    ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken);

    /// <summary>Removes a registration if its owner still holds it; otherwise does nothing.</summary>
    /// <remarks>
    /// Goes by service, id and owner. The lease may be empty: an owner whose registration was never answered can take
    /// leave all the same.
    /// </remarks>
    ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken);

    /// <summary>Reads the current catalog from the registry itself.</summary>
    ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken);

    /// <summary>The current catalog, then each newer one as it comes.</summary>
    IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken);
}

/// <summary>How to register.</summary>
/// <param name="Owner">Who registers: unique for each running process and instance, the same at every attempt.</param>
/// <param name="TimeToLive">How long the entry outlives its last renewal.</param>
/// <param name="TakeOver">
/// True the first time: a new process replaces what an old one left under its id. False when registering again after a
/// loss: if another has taken the id meanwhile, it keeps it.
/// </param>
/// <exception cref="ArgumentException">The owner is empty.</exception>
/// <exception cref="ArgumentOutOfRangeException">The time to live is not positive.</exception>
public sealed record RegistrationTerms(string Owner, TimeSpan TimeToLive, bool TakeOver)
{
    /// <summary>Who registers.</summary>
    public string Owner { get; init => field = Check.NotEmpty(value); } = Check.NotEmpty(Owner);

    /// <summary>How long the entry outlives its last renewal, as asked for.</summary>
    public TimeSpan TimeToLive { get; init => field = Check.Positive(value); } = Check.Positive(TimeToLive);

    /// <summary>How long it lives in a registry of these capabilities: a time that is too short there is raised.</summary>
    public TimeSpan TimeToLiveAt(RegistryCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        return TimeToLive < capabilities.MinTimeToLive ? capabilities.MinTimeToLive : TimeToLive;
    }
}

/// <summary>What became of a renewal.</summary>
public enum RenewalResult : byte
{
    /// <summary>The entry lives for another time to live.</summary>
    Renewed = 0,

    /// <summary>The entry is gone (expired, wiped): register again.</summary>
    Lost = 1,

    /// <summary>Another owner holds the id: stop.</summary>
    Fenced = 2,
}
