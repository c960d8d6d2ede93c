using System.Runtime.CompilerServices;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Registry;

namespace HA.Core.Simulation.Tests.Exploration;

/// <summary>Broken parts: what exploring has to find.</summary>
internal static class Planted
{
    internal static ScenarioParts Policy(Func<EndpointSnapshot, Endpoint?> pick) =>
        new() { LoadBalancer = _ => new BrokenPolicy(pick) };

    internal static ScenarioParts Registry(Func<IServiceRegistry, string, CancellationToken, IAsyncEnumerable<ServiceCatalog>> watch) =>
        new() { Registry = inner => new BrokenRegistry(inner, watch) };

    /// <summary>Keeps it to itself that somebody has left.</summary>
    internal static async IAsyncEnumerable<ServiceCatalog> DropUpdates(
        IServiceRegistry inner, string service, [EnumeratorCancellation] CancellationToken stop)
    {
        var most = 0;
        await foreach (var catalog in inner.WatchAsync(service, stop).WithCancellation(stop).ConfigureAwait(false))
        {
            if (catalog.Instances.Length < most) continue;
            most = catalog.Instances.Length;
            yield return catalog;
        }
    }

    /// <summary>A watch that never says anything.</summary>
    internal static async IAsyncEnumerable<ServiceCatalog> HearNothing(
        IServiceRegistry inner, string service, [EnumeratorCancellation] CancellationToken stop)
    {
        await NeverAsync(stop).ConfigureAwait(false);
        yield break;
    }

    /// <summary>A watch that goes on for ever as if nothing had happened.</summary>
    internal static async IAsyncEnumerable<ServiceCatalog> SurviveBreaks(
        IServiceRegistry inner, string service, [EnumeratorCancellation] CancellationToken stop)
    {
        var catalogs = inner.WatchAsync(service, stop).GetAsyncEnumerator(stop);
        await using var _ = catalogs.ConfigureAwait(false);
        while (true)
        {
            var hasNext = false;
            try
            {
                hasNext = await catalogs.MoveNextAsync().ConfigureAwait(false);
            }
            catch (RegistryException)
            {
                // The watch is over, and nobody is told.
            }

            if (hasNext)
            {
                yield return catalogs.Current;
                continue;
            }

            await NeverAsync(stop).ConfigureAwait(false);
        }
    }

    private sealed class BrokenPolicy(Func<EndpointSnapshot, Endpoint?> pick) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(snapshot, pick);

        private sealed class Picker(EndpointSnapshot snapshot, Func<EndpointSnapshot, Endpoint?> pick) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context) => pick(snapshot);
        }
    }

    private static async Task NeverAsync(CancellationToken stop)
    {
        var never = new TaskCompletionSource();
        using var end = stop.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetCanceled(), never);
        await never.Task.ConfigureAwait(false);
    }

    private sealed class BrokenRegistry(
        IServiceRegistry inner, Func<IServiceRegistry, string, CancellationToken, IAsyncEnumerable<ServiceCatalog>> watch)
        : ForwardingRegistry(inner)
    {
        public override IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
            watch(Next(), service, cancellationToken);
    }
}
