using System.Runtime.CompilerServices;
using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// A registry inside this process: the embedded default for tests, tools and single-process systems, and the reference
/// for what every other registry must do.
/// </summary>
/// <remarks>
/// Entries expire on the environment's clock, watchers are told at that moment. Nothing survives the process. Safe for
/// concurrent use.
/// </remarks>
public sealed class InMemoryRegistry : IServiceRegistry
{
    /// <summary>How long a deregistration is remembered in <see cref="ServiceCatalog.Departed"/>.</summary>
    public static readonly TimeSpan DepartureMemory = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ServiceShelf> _shelves = new(StringComparer.Ordinal);
    private readonly ServiceEnvironment _environment;
    private readonly ITimer _expiry;
    private long _revision;
    private long _leases;
    private long _armedFor = long.MaxValue;
    private bool _disposed;

    /// <summary>Creates an empty registry.</summary>
    /// <param name="environment">Clock and scheduler; <see cref="ServiceEnvironment.System"/> when null.</param>
    public InMemoryRegistry(ServiceEnvironment? environment = null)
    {
        _environment = environment ?? ServiceEnvironment.System;
        _expiry = _environment.Time.CreateTimer(
            static s => ((InMemoryRegistry)s!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public RegistryCapabilities Capabilities { get; } = new(
        "in-memory", MinTimeToLive: TimeSpan.FromMilliseconds(1), RemovalLatency: TimeSpan.FromMilliseconds(100),
        DepartureMemory, SurvivesRestart: false);

    /// <inheritdoc/>
    public ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(terms);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ServiceRegistration>(cancellationToken);

        var now = _environment.Time.GetUtcNow();
        var lifetime = terms.TimeToLiveAt(Capabilities);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var shelf = ShelfLocked(instance.Service);
            var present = shelf.Find(instance.Id);
            if (present is not null && present.Owner != terms.Owner && !terms.TakeOver)
                return ValueTask.FromException<ServiceRegistration>(RegistrationFencedException.Of(instance));

            var since = present?.Owner == terms.Owner ? present.Instance.RegisteredAt : now;
            var registration = new ServiceRegistration(
                instance.WithRegisteredAt(since), terms.Owner, lifetime, $"{++_leases}");
            PutLocked(shelf, registration);
            return ValueTask.FromResult(registration);
        }
    }

    /// <inheritdoc/>
    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<RenewalResult>(cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ValueTask.FromResult(
                ShelfLocked(registration.Instance.Service).Renew(registration, DueIn(registration.TimeToLive)));
        }
    }

    /// <inheritdoc/>
    public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registration);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ShelfLocked(registration.Instance.Service).Remove(registration, DueIn(DepartureMemory), ref _revision);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        _ = InstanceRules.ServiceName(service);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ServiceCatalog>(cancellationToken);
        return ValueTask.FromResult(Current(service).Catalog);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _ = InstanceRules.ServiceName(service);
        var delivered = long.MinValue;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (catalog, changed, seen) = Current(service);
            if (catalog.Revision > delivered)
            {
                delivered = catalog.Revision;
                yield return catalog;
                continue;
            }

            await changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Drops every entry, as a registry does whose data are lost. For drills.</summary>
    public void Wipe()
    {
        lock (_gate)
        {
            foreach (var shelf in _shelves.Values) shelf.Clear(ref _revision);
        }
    }

    /// <summary>Puts back an entry of a backup: as it was, with a new lease.</summary>
    internal void Restore(ServiceRegistration entry)
    {
        lock (_gate) PutLocked(ShelfLocked(entry.Instance.Service), entry);
    }

    /// <summary>Ends all watches and refuses further use.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed) return ValueTask.CompletedTask;
            _disposed = true;
            foreach (var shelf in _shelves.Values) shelf.Changed.Set();
        }

        return _expiry.DisposeAsync();
    }

    private (ServiceCatalog Catalog, AsyncSignal Changed, long Seen) Current(string service)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var shelf = ShelfLocked(service);
            return (shelf.Catalog(NowTicks()), shelf.Changed, shelf.Changed.Version);
        }
    }

    private ServiceShelf ShelfLocked(string service)
    {
        if (!_shelves.TryGetValue(service, out var shelf))
            _shelves.Add(service, shelf = new ServiceShelf(service, new AsyncSignal(_environment)));
        shelf.Expire(NowTicks(), ref _revision);
        return shelf;
    }

    private void Expire()
    {
        lock (_gate)
        {
            if (_disposed) return;
            var next = long.MaxValue;
            foreach (var shelf in _shelves.Values)
            {
                shelf.Expire(NowTicks(), ref _revision);
                next = Math.Min(next, shelf.NextDue);
            }

            ArmLocked(next);
        }
    }

    private void PutLocked(ServiceShelf shelf, ServiceRegistration registration)
    {
        var due = DueIn(registration.TimeToLive);
        shelf.Put(registration, due, ref _revision);
        if (due < _armedFor) ArmLocked(due);
    }

    private void ArmLocked(long due)
    {
        _armedFor = due;
        var wait = due == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, due - NowTicks()));
        _expiry.Change(wait, Timeout.InfiniteTimeSpan);
    }

    // Leases live on the monotonic clock: setting the wall clock ends none.
    private long NowTicks() => _environment.Time.GetMonotonicTicks();

    private long DueIn(TimeSpan lifetime) => NowTicks() + lifetime.Ticks;
}
