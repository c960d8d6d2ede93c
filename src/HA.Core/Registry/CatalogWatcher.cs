using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Follows one service in one registry for ever: backs off when the registry fails, keeps the last good catalog, never
/// turns an outage into an empty list, and holds mass removals until they are confirmed.
/// </summary>
/// <remarks>Reading is safe for concurrent use; catalogs are handed over by one flow, in order.</remarks>
public sealed class CatalogWatcher : IAsyncDisposable
{
    private static readonly TimeSpan DeafAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarAhead = TimeSpan.FromHours(1);

    private readonly IServiceRegistry _registry;
    private readonly CatalogWatcherOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly Action<ServiceCatalog> _apply;
    private readonly CatalogFilter _filter;
    private readonly RemovalGuard _guard;
    private readonly Backoff _backoff;
    private readonly AsyncSignal _changed;
    private readonly CatalogSaver? _saver;
    private readonly SpawnedLoop _loop;
    private volatile State _state;

    /// <summary>Starts to watch.</summary>
    /// <param name="registry">Where to look. Not disposed by the watcher.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="apply">Called with each catalog to use, by one flow at a time.</param>
    /// <param name="environment">The world; <see cref="ServiceEnvironment.System"/> when null.</param>
    /// <param name="options">The recommended ones when null.</param>
    public CatalogWatcher(
        IServiceRegistry registry, string service, Action<ServiceCatalog> apply,
        ServiceEnvironment? environment = null, CatalogWatcherOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(apply);
        Service = InstanceRules.ServiceName(service);
        _registry = registry;
        _apply = apply;
        _environment = environment ?? ServiceEnvironment.System;
        _options = options ?? new CatalogWatcherOptions();
        _filter = new CatalogFilter(Service, _options, _environment.Listener);
        _guard = new RemovalGuard(_options);
        _backoff = new Backoff(_options.FirstBackoff, _options.MaxBackoff, _environment.Random($"watch {service}"));
        _changed = new AsyncSignal(_environment);
        _state = new State(new ServiceCatalog(service, 0, []), CatalogOrigin.None, 0, 0);
        if (_options.Store is { } store) _saver = new CatalogSaver(store, service, ToStore, _changed, _environment);
        _loop = _environment.Spawn($"watch {service}", RunAsync);
    }

    /// <summary>Name of the service.</summary>
    public string Service { get; }

    /// <summary>The catalog in use and how far to trust it.</summary>
    public CatalogView View
    {
        get
        {
            var state = _state;
            var view = new CatalogView(state.Catalog, state.Origin, TimeSpan.Zero, state.Held);
            var isAgeing = !view.IsCurrent && state.Origin != CatalogOrigin.None;
            return isAgeing ? view with { Age = _environment.Time.GetElapsedTime(state.CurrentUntil) } : view;
        }
    }

    /// <summary>Waits until there is a catalog to use: the registry's answer, or a stored one while it does not answer.</summary>
    public async ValueTask WaitForFirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _changed.Version;
            if (_state.Origin != CatalogOrigin.None) return;
            await _changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops watching, and stores what is not stored yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await _loop.DisposeAsync().ConfigureAwait(false);
        if (_saver is not null) await _saver.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            Exception failure;
            try
            {
                await FollowAsync(stop).ConfigureAwait(false);
                failure = new RegistryException($"The watch of '{Service}' ended by itself; a registry must not do that.");
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                failure = e;
            }

            if (_state.Origin is CatalogOrigin.None) ServeStored();
            else if (_state.Origin is CatalogOrigin.Live or CatalogOrigin.Held) Lose();
            _guard.Lost();
            var wait = _backoff.Next();
            _environment.Listener.OnRegistryFailed(Service, failure, wait);
            await _environment.Time.DelayAsync(wait, stop).ConfigureAwait(false);
        }
    }

    // Until now nothing of what it said had changed, or it would have said so.
    private void Lose() => _state = _state with { Origin = CatalogOrigin.Cached, CurrentUntil = _environment.Time.GetTimestamp() };

    private async Task FollowAsync(CancellationToken stop)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var catalogs = _registry.WatchAsync(Service, watch.Token).GetAsyncEnumerator(watch.Token);
        var next = catalogs.MoveNextAsync().AsTask();
        try
        {
            await AwaitFirstAnswerAsync(next, stop).ConfigureAwait(false);
            var isFirst = true;
            while (await next.WaitAsync(stop).ConfigureAwait(false))
            {
                Take(catalogs.Current, isFirst);
                isFirst = false;
                next = catalogs.MoveNextAsync().AsTask();
                await ConfirmUntilAsync(next, stop).ConfigureAwait(false);
            }
        }
        finally
        {
            watch.Cancel();
            // An enumerator must not be disposed while it moves; one that is deaf to its token is left behind.
            if (await _environment.Time.EndsWithinAsync(next, DeafAfter, CancellationToken.None).ConfigureAwait(false))
                await catalogs.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AwaitFirstAnswerAsync(Task next, CancellationToken stop)
    {
        var timeout = _options.FirstAnswerTimeout;
        if (_saver is not null && _state.Origin == CatalogOrigin.None && _options.StoredAfter < timeout)
        {
            if (await _environment.Time.EndsWithinAsync(next, _options.StoredAfter, stop).ConfigureAwait(false)) return;
            ServeStored();
            timeout -= _options.StoredAfter;
        }

        if (!await _environment.Time.EndsWithinAsync(next, timeout, stop).ConfigureAwait(false) && !stop.IsCancellationRequested)
            throw new RegistryException($"The registry did not answer the watch of '{Service}' within {_options.FirstAnswerTimeout}.");
    }

    private void Take(ServiceCatalog told, bool isFirst)
    {
        var catalog = _guard.Accept(_filter.Admit(told), NowTicks(), out var newlyHeld);
        if (isFirst)
        {
            _backoff.Reset();
            if (_state.Origin is CatalogOrigin.Cached or CatalogOrigin.Disk) _environment.Listener.OnRegistryRecovered(Service);
        }

        if (newlyHeld > 0) _environment.Listener.OnRemovalHeld(Service, newlyHeld, _options.RemovalHoldTime);
        Serve(catalog);
    }

    // While removals are held, their confirmation is due even if the registry has nothing new to say. Told to stop, it
    // returns: the stop ends the watch's own move as well.
    private async Task ConfirmUntilAsync(Task<bool> next, CancellationToken stop)
    {
        while (!next.IsCompleted && _guard.ConfirmAt is { } due)
        {
            var wait = TimeSpan.FromTicks(Math.Max(1, due - NowTicks()));
            if (await _environment.Time.EndsWithinAsync(next, wait, stop).ConfigureAwait(false)) return;
            if (stop.IsCancellationRequested) return;
            try
            {
                using var deadline = new Deadline(_environment.Time, _options.MaxBackoff, stop);
                var told = await _registry.DiscoverAsync(Service, deadline.Token).ConfigureAwait(false);
                Serve(_guard.Confirm(_filter.Admit(told), NowTicks()));
            }
            catch (Exception e)
            {
                if (stop.IsCancellationRequested) return;
                _guard.Postpone(NowTicks());
                _environment.Listener.OnRegistryFailed(Service, e, _options.RemovalHoldTime);
            }
        }
    }

    private void Serve(ServiceCatalog catalog)
    {
        var origin = _guard.HeldCount > 0 ? CatalogOrigin.Held : CatalogOrigin.Live;
        _state = new State(catalog, origin, 0, _guard.HeldCount);
        _apply(catalog);
        _environment.Listener.OnCatalogChanged(catalog);
        _changed.Set();
    }

    private void ServeStored()
    {
        if (_saver?.Stored is not { } stored) return;
        var age = _environment.Time.GetUtcNow() - stored.HeardAt;
        // An empty one helps nobody. A wall clock that was set back does not make a catalog unusable, unless by far.
        if (stored.Catalog.Instances.IsEmpty) return;
        if (age > _options.MaxStoredAge || age < -FarAhead)
        {
            _saver.Drop(new CatalogStoreException(
                $"The stored catalog of '{Service}' is not used: it was heard at {stored.HeardAt:u}, {age} ago."));
            return;
        }

        // What was allowed when it was stored may not be allowed now, and a file is somebody's writing too.
        var catalog = _filter.Admit(stored.Catalog);
        if (catalog.Instances.IsEmpty) return;
        age = age < TimeSpan.Zero ? TimeSpan.Zero : age;
        _guard.Seed(catalog);
        var currentUntil = _environment.Time.GetTimestamp() - _environment.Time.ToTimestampTicks(age);
        _state = new State(catalog, CatalogOrigin.Disk, currentUntil, 0);
        _apply(catalog);
        _environment.Listener.OnCatalogRestored(catalog, age);
        _environment.Listener.OnCatalogChanged(catalog);
        _changed.Set();
    }

    // What the registry stands by: while a watch stands, it does so now. What is held is doubtful, and not kept.
    private StoredCatalog? ToStore()
    {
        var view = View;
        var now = _environment.Time.GetUtcNow();
        return view.Origin switch
        {
            CatalogOrigin.Live => new StoredCatalog(view.Catalog, now),
            CatalogOrigin.Cached when view.Held == 0 => new StoredCatalog(view.Catalog, now - view.Age),
            _ => null,
        };
    }

    private long NowTicks() => _environment.Time.GetMonotonicTicks();

    // Until when it was current says nothing while it is.
    private sealed record State(ServiceCatalog Catalog, CatalogOrigin Origin, long CurrentUntil, int Held);
}
