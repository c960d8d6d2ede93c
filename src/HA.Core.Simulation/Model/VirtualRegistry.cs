using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Simulation.Model;

/// <summary>The registry as one process reaches it over the virtual network.</summary>
internal sealed class VirtualRegistry(World world, Place place) : IServiceRegistry
{
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetransmission = TimeSpan.FromSeconds(3);

    private bool _isDead;

    public RegistryCapabilities Capabilities => world.Registry.Capabilities;

    /// <summary>The process behind it is stopped: it sends nothing until it goes on.</summary>
    internal bool IsFrozen { get; set; }

    /// <summary>The process behind this connection is gone: nothing more comes from it.</summary>
    internal void Kill() => _isDead = true;

    public async ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken).ConfigureAwait(false);
        var result = await world.Registry.RegisterAsync(instance, terms, cancellationToken).ConfigureAwait(false);
        await ReturnAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    public async ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken).ConfigureAwait(false);
        var result = await world.Registry.RenewAsync(registration, cancellationToken).ConfigureAwait(false);
        await ReturnAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    public async ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken).ConfigureAwait(false);
        await world.Registry.DeregisterAsync(registration, cancellationToken).ConfigureAwait(false);
        await ReturnAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken).ConfigureAwait(false);
        var catalog = await world.Registry.DiscoverAsync(service, cancellationToken).ConfigureAwait(false);
        await ReturnAsync(cancellationToken).ConfigureAwait(false);
        return Shown(catalog);
    }

    public async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken).ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var catalogs = world.Registry.WatchAsync(service, end.Token).GetAsyncEnumerator(end.Token);
        var next = catalogs.MoveNextAsync().AsTask();
        ServiceCatalog? latest = null;
        try
        {
            while (true)
            {
                var seen = world.RegistryTrouble.Changed.Version;
                var wasEmpty = world.RegistryTrouble.AnswersEmpty;
                if (next.IsCompleted)
                {
                    await next.ConfigureAwait(false);
                    latest = catalogs.Current;
                    next = catalogs.MoveNextAsync().AsTask();
                    await ReturnAsync(cancellationToken).ConfigureAwait(false);
                    yield return Shown(latest);
                }

                await Task.WhenAny(next, world.RegistryTrouble.Changed.WaitAsync(seen, end.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfDown();
                if (wasEmpty != world.RegistryTrouble.AnswersEmpty && latest is not null) yield return Shown(latest);
            }
        }
        finally
        {
            end.Cancel();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await catalogs.DisposeAsync().ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ServiceCatalog Shown(ServiceCatalog catalog) =>
        world.RegistryTrouble.AnswersEmpty ? new ServiceCatalog(catalog.Service, catalog.Revision, []) : catalog;

    private Task TravelAsync(CancellationToken cancellationToken) => TravelAsync(place, world.RegistryPlace, cancellationToken);

    private Task ReturnAsync(CancellationToken cancellationToken) => TravelAsync(world.RegistryPlace, place, cancellationToken);

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

    private void ThrowIfDown()
    {
        if (_isDead) throw new RegistryException("This process is gone.");
        if (world.RegistryTrouble.IsDown) throw new RegistryException("Connection to the registry refused.");
    }
}
