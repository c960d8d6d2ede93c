using HA.Core.Registry;
using HA.Core.Time;

namespace HA.Core.Simulation.Model;

/// <summary>The registry as one process reaches it over the virtual network.</summary>
internal sealed class VirtualRegistry(World world, Place place) : IServiceRegistry
{
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetransmission = TimeSpan.FromSeconds(3);

    private bool _isDead;
    private string? _owner;
    private int _freezes;

    public RegistryCapabilities Capabilities => world.Registry.Store.Capabilities;

    /// <summary>The process behind it is stopped: it sends nothing until it goes on.</summary>
    internal bool IsFrozen
    {
        get;
        set
        {
            field = value;
            _freezes += value ? 1 : 0;
        }
    }

    /// <summary>
    /// What may have changed about the way to the registry: null while a request would not be done at once. Two that are the same
    /// tell that it was well in between.
    /// </summary>
    internal (long Troubles, int Cuts, int Freezes)? Way =>
        !_isDead && !IsFrozen && world.Network.IsWhole && world.RegistryTrouble.Now.DoesWhatItIsAsked
        ? (world.RegistryTrouble.Changed.Version, world.Network.Cuts, _freezes)
        : null;

    /// <summary>Whether the registry has an entry that was written through here.</summary>
    internal bool HasEntry(string id) => _owner is not null && world.Registry.OwnerOf(id) == _owner;

    /// <summary>The process behind this connection is gone: nothing more comes from it.</summary>
    internal void Kill() => _isDead = true;

    public ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        _owner = terms.Owner;
        return CallAsync(
            async store =>
            {
                var written = await store.RegisterAsync(instance, terms, CancellationToken.None).ConfigureAwait(false);
                world.Registry.Remember(written);
                return written;
            },
            isWrite: true, cancellationToken);
    }

    public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
        CallAsync(store => store.RenewAsync(registration, CancellationToken.None), isWrite: true, cancellationToken);

    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => await CallAsync(
        async store =>
        {
            await store.DeregisterAsync(registration, CancellationToken.None).ConfigureAwait(false);
            return true;
        },
        isWrite: true, cancellationToken).ConfigureAwait(false);

    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var catalog = await CallAsync(store => store.DiscoverAsync(service, CancellationToken.None), isWrite: false, cancellationToken)
            .ConfigureAwait(false);
        return Shown(world.RegistryTrouble.Now.Lag is { Ticks: > 0 } lag ? world.Registry.AsOf(lag) : catalog);
    }

    public IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        new VirtualWatch(world, this).RunAsync(service, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What readers are told instead of this.</summary>
    internal ServiceCatalog Shown(ServiceCatalog catalog) =>
        world.RegistryTrouble.Now.AnswersEmpty ? new ServiceCatalog(catalog.Service, catalog.Revision, []) : catalog;

    /// <summary>The way there, and the server's own time to begin a watch; bounded, as providers bound it.</summary>
    internal async ValueTask OpenAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(world.Simulation.Time, limit, cancellationToken);
        try
        {
            await TravelAsync(place, world.RegistryPlace, deadline.Token).ConfigureAwait(false);
            await ServeAsync(static _ => ValueTask.FromResult(true), isWrite: false).WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsExpired)
        {
            throw new RegistryException("The registry does not answer.", e);
        }
    }

    internal Task ReturnAsync(CancellationToken cancellationToken) => TravelAsync(world.RegistryPlace, place, cancellationToken);

    internal void ThrowIfDown()
    {
        if (_isDead) throw new ObjectDisposedException(null, "This process is gone.");
        world.RegistryTrouble.ThrowIfDown();
    }

    private async ValueTask<T> CallAsync<T>(
        Func<InMemoryRegistry, ValueTask<T>> serve, bool isWrite, CancellationToken cancellationToken)
    {
        await TravelAsync(place, world.RegistryPlace, cancellationToken).ConfigureAwait(false);
        var answer = await ServeAsync(serve, isWrite).WaitAsync(cancellationToken).ConfigureAwait(false);
        await ReturnAsync(cancellationToken).ConfigureAwait(false);
        return answer;
    }

    // What has arrived is done, whether or not its sender still waits for it.
    private async Task<T> ServeAsync<T>(Func<InMemoryRegistry, ValueTask<T>> serve, bool isWrite)
    {
        var trouble = world.RegistryTrouble;
        await trouble.ThawAsync().ConfigureAwait(false);
        if (trouble.Now.Delay is { Ticks: > 0 } delay)
        {
            await world.Simulation.DelayAsync(delay).ConfigureAwait(false);
            await trouble.ThawAsync().ConfigureAwait(false);
        }

        trouble.ThrowIfRefused(isWrite);
        var answer = await serve(world.Registry.Store).ConfigureAwait(false);
        world.Registry.Remember();
        if (isWrite && trouble.LosesAnswer()) await trouble.NeverAsync().ConfigureAwait(false);
        return answer;
    }

    private async Task TravelAsync(Place from, Place to, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        // What is lost is sent again, as TCP does, until it gets through or the sender loses patience.
        for (var wait = FirstRetransmission; ; wait = wait < LastRetransmission ? wait * 2 : wait)
        {
            var ticks = IsFrozen ? VirtualNetwork.Lost : world.Network.Judge(from, to);
            var delay = ticks == VirtualNetwork.Lost ? wait : new TimeSpan(ticks);
            await world.Simulation.DelayAsync(delay, cancellationToken).ConfigureAwait(false);
            ThrowIfDown();
            if (ticks != VirtualNetwork.Lost) return;
        }
    }
}
