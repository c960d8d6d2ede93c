using System.Runtime.CompilerServices;
using HA.Core.Registry;

namespace HA.Core.Conformance.Tests.BrokenRegistries;

/// <summary>Tells watchers of changes, but not of what was there before.</summary>
internal sealed class DropsTheFirstCatalog(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFirst = true;
        await foreach (var catalog in Inner.WatchAsync(service, cancellationToken))
        {
            if (!isFirst) yield return catalog;
            isFirst = false;
        }
    }
}

/// <summary>Hands over the next-to-last state: a bounded buffer that throws away what does not fit.</summary>
internal sealed class SkipsTheLastState(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ServiceCatalog? kept = null;
        await foreach (var catalog in Inner.WatchAsync(service, cancellationToken))
        {
            yield return kept ?? catalog;
            kept = catalog;
        }
    }
}

/// <summary>Numbers every catalog alike.</summary>
internal sealed class StaleRevisions(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        await Inner.DiscoverAsync(service, cancellationToken) with { Revision = 1 };

    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var catalog in Inner.WatchAsync(service, cancellationToken)) yield return catalog with { Revision = 1 };
    }
}

/// <summary>A long poll that gives up and calls that the end.</summary>
internal sealed class EndsAfterTwoCatalogs(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
        string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = 2;
        await foreach (var catalog in Inner.WatchAsync(service, cancellationToken))
        {
            yield return catalog;
            if (--left == 0) yield break;
        }
    }
}

/// <summary>Does not listen when told to stop.</summary>
internal sealed class IgnoresTheStopToken(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
        new Deaf(Inner.WatchAsync(service, CancellationToken.None));

    private sealed class Deaf(IAsyncEnumerable<ServiceCatalog> inner) : IAsyncEnumerable<ServiceCatalog>
    {
        public IAsyncEnumerator<ServiceCatalog> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            inner.GetAsyncEnumerator(CancellationToken.None);
    }
}

/// <summary>Takes an expiry for a departure.</summary>
internal sealed class CallsTheExpiredDeparted(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);

    public override async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var catalog = await Inner.DiscoverAsync(service, cancellationToken);
        var departed = _seen.Where(id => catalog.Instances.All(i => i.Id != id)).ToArray();
        foreach (var instance in catalog.Instances) _seen.Add(instance.Id);
        return catalog with { Departed = [.. departed] };
    }
}

/// <summary>Never says that somebody left on purpose.</summary>
internal sealed class NamesNoDeparted(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    public override async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
        await Inner.DiscoverAsync(service, cancellationToken) with { Departed = [] };
}

/// <summary>Finds services by prefix, as a key-value store does.</summary>
internal sealed class SeesByPrefix(InMemoryRegistry inner) : RegistryDecorator(inner)
{
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);

    public override ValueTask<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken)
    {
        _services.Add(instance.Service);
        return Inner.RegisterAsync(instance, terms, cancellationToken);
    }

    public override async ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken)
    {
        var catalog = await Inner.DiscoverAsync(service, cancellationToken);
        foreach (var other in _services.Where(s => s != service && s.StartsWith(service, StringComparison.Ordinal)))
        {
            var more = await Inner.DiscoverAsync(other, cancellationToken);
            catalog = catalog with { Instances = catalog.Instances.AddRange(more.Instances) };
        }

        return catalog;
    }
}
