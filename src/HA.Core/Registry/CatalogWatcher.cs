using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Follows one service in one registry for ever: backs off when the registry fails, keeps the last good catalog, never
/// turns an outage into an empty list, and holds mass removals until they are confirmed.
/// </summary>
/// <remarks>Reading is safe for concurrent use; catalogs are handed over by one flow, in order.</remarks>
public sealed class CatalogWatcher : IAsyncDisposable
{
    private readonly IServiceRegistry _registry;
    private readonly CatalogWatcherOptions _options;
    private readonly ServiceEnvironment _environment;
    private readonly Action<ServiceCatalog> _apply;
    private readonly RemovalGuard _guard;
    private readonly Backoff _backoff;
    private readonly AsyncSignal _changed;
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
        _guard = new RemovalGuard(_options);
        _backoff = new Backoff(_options.FirstBackoff, _options.MaxBackoff, _environment.Random($"watch {service}"));
        _changed = new AsyncSignal(_environment);
        _state = new State(new ServiceCatalog(service, 0, []), CatalogOrigin.None, 0, 0);
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
            var age = state.Origin == CatalogOrigin.None ? TimeSpan.Zero : _environment.Time.GetElapsedTime(state.HeardAt);
            return new CatalogView(state.Catalog, state.Origin, age, state.Held);
        }
    }

    /// <summary>Waits until the registry has answered once.</summary>
    public async ValueTask WaitForFirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var seen = _changed.Version;
            if (_state.Origin != CatalogOrigin.None) return;
            await _changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops watching.</summary>
    public ValueTask DisposeAsync() => _loop.DisposeAsync();

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

            if (_state.Origin is not CatalogOrigin.None) _state = _state with { Origin = CatalogOrigin.Cached };
            var wait = _backoff.Next();
            _environment.Listener.OnRegistryFailed(Service, failure, wait);
            await _environment.Time.DelayAsync(wait, stop).ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        var isFirst = true;
        var catalogs = _registry.WatchAsync(Service, stop).GetAsyncEnumerator(stop);
        await using var _ = catalogs.ConfigureAwait(false);
        while (true)
        {
            var next = catalogs.MoveNextAsync().AsTask();
            await ConfirmUntilAsync(next, stop).ConfigureAwait(false);
            if (!await next.ConfigureAwait(false)) return;
            var catalog = _guard.Accept(catalogs.Current, NowTicks(), out var newlyHeld);
            if (isFirst)
            {
                isFirst = false;
                _backoff.Reset();
                if (_state.Origin == CatalogOrigin.Cached) _environment.Listener.OnRegistryRecovered(Service);
            }

            if (newlyHeld > 0) _environment.Listener.OnRemovalHeld(Service, newlyHeld, _options.RemovalHoldTime);
            Serve(catalog);
        }
    }

    // While removals are held, their confirmation is due even if the registry has nothing new to say. Told to stop, it
    // returns: the stop ends the watch's own move as well, and an enumerator must not be disposed while it moves.
    private async Task ConfirmUntilAsync(Task<bool> next, CancellationToken stop)
    {
        while (!next.IsCompleted && _guard.ConfirmAt is { } due)
        {
            using var delayEnd = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var delay = _environment.Time.DelayAsync(TimeSpan.FromTicks(Math.Max(1, due - NowTicks())), delayEnd.Token).AsTask();
            await Task.WhenAny(next, delay).ConfigureAwait(false);
            if (next.IsCompleted)
            {
                delayEnd.Cancel();
                return;
            }

            // The caller awaits the next catalog, which ends by the same token: a watch is not left while it is asked.
            if (stop.IsCancellationRequested) return;
            try
            {
                using var deadline = new Deadline(_environment.Time, _options.MaxBackoff, stop);
                var told = await _registry.DiscoverAsync(Service, deadline.Token).ConfigureAwait(false);
                Serve(_guard.Confirm(told, NowTicks()));
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
        _state = new State(catalog, origin, _environment.Time.GetTimestamp(), _guard.HeldCount);
        _apply(catalog);
        _environment.Listener.OnCatalogChanged(catalog);
        _changed.Set();
    }

    private long NowTicks() => _environment.Time.GetMonotonicTicks();

    private sealed record State(ServiceCatalog Catalog, CatalogOrigin Origin, long HeardAt, int Held);
}
