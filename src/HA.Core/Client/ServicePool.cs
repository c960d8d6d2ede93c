using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Registry;

namespace HA.Core.Client;

/// <summary>
/// The endpoints of one service as this process knows them: catalogs and health go in, an endpoint for each call comes
/// out.
/// </summary>
/// <remarks>
/// Snapshot and picker are behind one reference: writers take the pool's lock, build both and swap it; a call reads it
/// once, takes no lock and allocates nothing. Safe for concurrent use.
/// </remarks>
public sealed class ServicePool : IAsyncDisposable
{
    // How often a pick that cannot be used is drawn again before all endpoints are looked at in order.
    private const int MaxDraws = 5;

    private readonly Lock _gate = new();
    private readonly ServiceEnvironment _environment;
    private readonly PoolOptions _options;
    private readonly ILoadBalancer _balancer;
    private readonly HealthTracker _tracker;
    private readonly AsyncSignal _changed;
    private readonly EndpointRoster _roster;
    private readonly EndpointClock _clock;
    private HealthProber? _prober;
    private Task _formerProbes = Task.CompletedTask;
    private ImmutableSortedDictionary<string, EndpointOverride> _overrides = EndpointOverride.None;
    private readonly CatalogOrder _order = new();
    private volatile Published _published;
    private volatile ServiceCatalog? _catalog;
    private CatalogWatcher? _watcher;
    private LoadTable? _loads;
    private volatile bool _disposed;

    /// <summary>Creates a pool that follows no registry: <see cref="Apply"/> tells it who is there.</summary>
    /// <param name="service">Name of the service.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public ServicePool(string service, ServiceEnvironment? environment = null, PoolOptions? options = null)
    {
        Service = InstanceRules.ServiceName(service);
        _environment = environment ?? ServiceEnvironment.System;
        _options = options ?? new PoolOptions();
        _changed = new AsyncSignal(_environment);
        _balancer = _options.LoadBalancer(_environment.Random($"balance {service}"));
        _roster = new EndpointRoster(_options.Health.PanicThreshold);
        _clock = new EndpointClock(_environment.Time);
        if (_balancer is IReadsAllLoads) _loads = new LoadTable();
        _tracker = new HealthTracker(_environment, _options.Health, service, Publish);
        _prober = _options.Health.Checker is null ? null : new HealthProber(_environment, _options.Health, _tracker);
        _published = new Published(EndpointSnapshot.Empty, _balancer.CreatePicker(EndpointSnapshot.Empty));
    }

    /// <summary>Name of the service.</summary>
    public string Service { get; }

    /// <summary>The endpoints as they are now.</summary>
    public EndpointSnapshot Snapshot => _published.Snapshot;

    /// <summary>Whether it is known who is there (even if nobody is).</summary>
    public bool HasCatalog => _catalog is not null;

    /// <summary>What the registry said last, and how far to trust it; null if the pool follows none.</summary>
    public CatalogView? View => _watcher?.View;

    /// <summary>Creates a pool that follows a service in a registry.</summary>
    public static ServicePool Follow(
        IServiceRegistry registry, string service, ServiceEnvironment? environment = null, PoolOptions? options = null)
    {
        var pool = new ServicePool(service, environment, options);
        pool._watcher = new CatalogWatcher(registry, service, pool.Apply, pool._environment, pool._options.Watch);
        return pool;
    }

    /// <summary>
    /// Takes a catalog into use. Endpoints whose id and address are known keep their statistics and health.
    /// </summary>
    /// <exception cref="ArgumentException">The catalog is of another service.</exception>
    public void Apply(ServiceCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (catalog.Service != Service)
            throw new ArgumentException($"This pool is for '{Service}'; the catalog is of '{catalog.Service}'.", nameof(catalog));
        bool wasPanic, isPanic;
        lock (_gate)
        {
            if (_disposed) return;
            var before = _published.Snapshot;
            (wasPanic, isPanic) = PublishLocked(_roster.Replace(before.Version + 1, MergeLocked(catalog)));
            // Last: who sees that there is a catalog must see its endpoints too.
            _catalog = catalog;
        }

        Tell(wasPanic, isPanic);
    }

    /// <summary>
    /// Judges health by other options from now on. Endpoints keep their health, statistics and connections; detectors whose
    /// options changed begin to count anew, and checks whose options changed begin a new round.
    /// </summary>
    /// <exception cref="ArgumentException">They do not agree with each other; nothing has changed.</exception>
    public void Reconfigure(HealthOptions health)
    {
        ArgumentNullException.ThrowIfNull(health);
        _ = health.Agreeing();
        bool wasPanic, isPanic;
        lock (_gate)
        {
            if (_disposed) return;
            var former = _tracker.Options;
            _tracker.Reconfigure(health);
            if (!health.HasChecksOf(former)) CheckAnewLocked(health);
            _roster.PanicThreshold = health.PanicThreshold;
            (wasPanic, isPanic) = PublishLocked(_roster.Replace(_published.Snapshot.Version + 1, _roster.All));
        }

        Tell(wasPanic, isPanic);
    }

    /// <summary>
    /// Takes other weights and states than the registry's for some endpoints, in this pool alone; calls under way are not
    /// touched. It holds for these ids until the next call, whoever comes and goes.
    /// </summary>
    /// <param name="overrides">By id of the instance; an id that nobody has waits for its instance.</param>
    public void Override(ImmutableSortedDictionary<string, EndpointOverride> overrides)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        bool wasPanic, isPanic;
        lock (_gate)
        {
            if (_disposed) return;
            _overrides = overrides;
            if (_catalog is not { } catalog) return;
            (wasPanic, isPanic) = PublishLocked(_roster.Replace(_published.Snapshot.Version + 1, MergeLocked(catalog)));
        }

        Tell(wasPanic, isPanic);
    }

    /// <summary>Waits until it is known who is there.</summary>
    public async ValueTask WaitForCatalogAsync(CancellationToken cancellationToken)
    {
        while (!HasCatalog)
        {
            var seen = _changed.Version;
            if (HasCatalog) return;
            await _changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Waits until <see cref="Snapshot"/> is a later one than that which was seen; at once if it already is, so no change is
    /// missed, only those in between. A pool that is disposed meanwhile ends the wait as well.
    /// </summary>
    /// <param name="seen">Version of the snapshot that was seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed before: nothing changes in it any more.</exception>
    public async ValueTask WaitForChangeAsync(long seen, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (true)
        {
            var told = _changed.Version;
            if (_disposed || Snapshot.Version > seen) return;
            await _changed.WaitAsync(told, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Chooses an endpoint for an attempt and counts it as busy.</summary>
    /// <param name="context">What the policy may know of the call.</param>
    /// <param name="tried">Endpoints that already failed this call; one of them is chosen only if nobody else is left.</param>
    /// <param name="lease">To be completed exactly once.</param>
    /// <returns>False if no endpoint is eligible.</returns>
    public bool TryAcquire(in PickContext context, ReadOnlySpan<Endpoint> tried, out EndpointLease lease)
    {
        var published = _published;
        if (!tried.IsEmpty && published.Snapshot.AreAll(tried)) tried = default;
        for (var draw = 0; draw < MaxDraws; draw++)
        {
            if (published.Picker.Pick(context) is not { } endpoint)
            {
                lease = default;
                return false;
            }

            if (!tried.Contains(endpoint) && TryEnter(endpoint, published.Snapshot.IsPanic, out lease)) return true;
        }

        return TryAcquireAny(published, context, tried, out lease);
    }

    /// <summary>Takes an endpoint out by hand, as a failed call would. It comes back on evidence, not by time alone.</summary>
    /// <returns>False if no endpoint has this id.</returns>
    public bool MarkUnhealthy(string id, string reason = "marked by hand")
    {
        if (Find(id) is not { } endpoint) return false;
        _tracker.MarkUnhealthy(endpoint, reason);
        return true;
    }

    /// <summary>Takes an endpoint back in by hand: checks and calls judge it afresh.</summary>
    /// <returns>False if no endpoint has this id.</returns>
    public bool MarkHealthy(string id, string reason = "marked by hand")
    {
        if (Find(id) is not { } endpoint) return false;
        _tracker.MarkHealthy(endpoint, reason);
        return true;
    }

    /// <summary>For people: what the registry knew, and how many of its instances are fit.</summary>
    public string Describe()
    {
        if (!HasCatalog) return "the registry has not answered yet";
        var snapshot = Snapshot;
        var fit = snapshot.All.Count(static e => e.Health <= EndpointHealth.Probing);
        var view = _watcher?.View.ToString() ?? $"revision {_catalog!.Revision}, {snapshot.All.Length} instances";
        return $"{view}, {fit} of them fit{(snapshot.IsPanic ? ", in panic" : "")}";
    }

    /// <summary>Stops following the registry and checking health. Leases that are out may still be completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null) await _watcher.DisposeAsync().ConfigureAwait(false);
        Task probes;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            probes = Task.WhenAll(_formerProbes, _prober?.StopAllAsync() ?? Task.CompletedTask);
            foreach (var endpoint in _roster.All) _tracker.Forget(endpoint);
        }

        _changed.Set();
        await probes.ConfigureAwait(false);
        if (_balancer is IAsyncDisposable balancer) await balancer.DisposeAsync().ConfigureAwait(false);
    }

    private static bool TryEnter(Endpoint endpoint, bool isPanic, out EndpointLease lease)
    {
        if (!endpoint.Monitor.TryEnter(out var ticket))
        {
            if (!isPanic)
            {
                lease = default;
                return false;
            }

            ticket = endpoint.Monitor.EnterAnyway();
        }

        endpoint.Enter();
        lease = new EndpointLease(endpoint, ticket);
        return true;
    }

    // The draws met only endpoints that failed this call or are on probation: look at all of them. On probation without a
    // permit is the last resort: better a doubtful call than none.
    private static bool TryAcquireAny(
        Published published, in PickContext context, ReadOnlySpan<Endpoint> tried, out EndpointLease lease)
    {
        var snapshot = published.Snapshot;
        foreach (var endpoint in snapshot.Eligible)
        {
            if (!tried.Contains(endpoint) && TryEnter(endpoint, snapshot.IsPanic, out lease)) return true;
        }

        lease = default;
        return published.Picker.Pick(context) is { } any && TryEnter(any, isPanic: true, out lease);
    }

    private ImmutableArray<Endpoint> MergeLocked(ServiceCatalog catalog)
    {
        if (catalog.Instances.Length >= LoadTable.FromEndpoints && _balancer is IReadsLoads) _loads ??= new LoadTable();
        var instances = EndpointOverride.Apply(_overrides, catalog.Instances);
        if (RefreshLocked(instances)) return _roster.All;
        var ordered = _order.Of(instances, _roster.All);
        return ordered != instances && RefreshLocked(ordered) ? _roster.All : WalkLocked(ordered);
    }

    // Nearly always they are the same processes in the same order: then each is looked at once. Else answers false; what it
    // has learnt of some of them by then stays true.
    private bool RefreshLocked(ImmutableArray<ServiceInstance> instances)
    {
        var known = _roster.All;
        if (known.Length != instances.Length) return false;
        for (var i = 0; i < known.Length; i++)
        {
            if (known[i].Instance.Equals(instances[i])) continue;
            if (!known[i].Instance.IsSameProcess(instances[i])) return false;
            UpdateLocked(known[i], instances[i]);
        }

        return true;
    }

    // Both lists are in ordinal order of ids, so one walk over both finds what came, went and changed.
    private ImmutableArray<Endpoint> WalkLocked(ImmutableArray<ServiceInstance> instances)
    {
        var known = _roster.All;
        var at = 0;
        double? usualLatency = null;
        var merged = ImmutableArray.CreateBuilder<Endpoint>(instances.Length);
        foreach (var instance in instances)
        {
            // A registry that names an id twice is wrong once: the first counts.
            if (merged.Count > 0 && merged[^1].Instance.Id == instance.Id) continue;
            var order = -1;
            while (at < known.Length && (order = string.CompareOrdinal(known[at].Instance.Id, instance.Id)) < 0)
                RemoveLocked(known[at++]);
            var endpoint = order == 0 ? known[at++] : null;
            if (endpoint is null || !endpoint.Instance.IsSameProcess(instance))
            {
                if (endpoint is not null) RemoveLocked(endpoint);
                endpoint = AddLocked(instance);
                endpoint.Join(usualLatency ??= _tracker.UsualLatency(), _environment.Time.GetTimestamp());
            }
            else if (!endpoint.Instance.Equals(instance))
            {
                UpdateLocked(endpoint, instance);
            }

            merged.Add(endpoint);
        }

        while (at < known.Length) RemoveLocked(known[at++]);
        return merged.DrainToImmutable();
    }

    private void UpdateLocked(Endpoint endpoint, ServiceInstance instance) => _tracker.Update(
        endpoint, instance, _overrides.TryGetValue(instance.Id, out var said) && said.Status is not null ? said.Reason : "registry");

    private void CheckAnewLocked(HealthOptions health)
    {
        if (_prober is { } former) _formerProbes = Task.WhenAll(_formerProbes, former.StopAllAsync());
        _prober = health.Checker is null ? null : new HealthProber(_environment, health, _tracker);
        foreach (var endpoint in _roster.All) _prober?.Start(endpoint);
    }

    private Endpoint AddLocked(ServiceInstance instance)
    {
        var endpoint = new Endpoint(instance, _clock, _loads?.Rent() ?? default);
        _tracker.Track(endpoint);
        _prober?.Start(endpoint);
        return endpoint;
    }

    private void RemoveLocked(Endpoint endpoint)
    {
        _tracker.Forget(endpoint);
        _prober?.Stop(endpoint);
        endpoint.Place.Table?.Return(endpoint.Place);
    }

    private void Publish(Endpoint changed)
    {
        bool wasPanic, isPanic;
        lock (_gate) (wasPanic, isPanic) = PublishLocked(_roster.Refresh(_published.Snapshot, changed));
        Tell(wasPanic, isPanic);
    }

    private (bool WasPanic, bool IsPanic) PublishLocked(EndpointSnapshot snapshot)
    {
        var before = _published.Snapshot;
        if (!ReferenceEquals(snapshot, before)) _published = new Published(snapshot, _balancer.CreatePicker(snapshot));
        return (before.IsPanic, snapshot.IsPanic);
    }

    private void Tell(bool wasPanic, bool isPanic)
    {
        if (wasPanic != isPanic) _environment.Listener.OnPanicChanged(Service, isPanic);
        _changed.Set();
    }

    private Endpoint? Find(string id)
    {
        var all = Snapshot.All.AsSpan();
        var at = EndpointRoster.PlaceOf(id, all);
        return at < all.Length && all[at].Instance.Id == id ? all[at] : null;
    }

    private sealed record Published(EndpointSnapshot Snapshot, IEndpointPicker Picker);
}
