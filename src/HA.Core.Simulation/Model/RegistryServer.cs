using HA.Core.Registry;
using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Model;

/// <summary>The registry's server: a store that can be wiped, cheated of leases, read as it was, and set back to that.</summary>
internal sealed class RegistryServer
{
    private readonly World _world;
    private readonly TimeSpan _memory;
    private readonly List<Past> _past = [];
    // By the very object that the store hands out: it tells whose an entry was.
    private readonly Dictionary<ServiceInstance, ServiceRegistration> _written = new(ReferenceEqualityComparer.Instance);
    private readonly RandomStream _chance;

    internal RegistryServer(World world)
    {
        _world = world;
        _memory = world.Scenario.Faults.Select(static f => f switch
        {
            RegistryRestoreFault restore => restore.Age,
            StaleReplicaFault stale => stale.Lag,
            _ => TimeSpan.Zero,
        }).DefaultIfEmpty().Max();
        _chance = world.Simulation.Random("revoke", "registry");
        Store = new InMemoryRegistry(world.Simulation.CreateEnvironment("registry"));
    }

    internal InMemoryRegistry Store { get; private set; }

    /// <summary>Counts its restorations: who watched before them watches something that is no more.</summary>
    internal int Epoch { get; private set; }

    /// <summary>The ids that are registered now.</summary>
    internal string[] Ids => [.. Catalog.Instances.Select(static i => i.Id)];

    /// <summary>Who holds an id now; null for nobody.</summary>
    internal string? OwnerOf(string id) =>
        Catalog.Instances.FirstOrDefault(i => i.Id == id) is { } entry ? _written.GetValueOrDefault(entry)?.Owner : null;

    private string Service => _world.Scenario.Service.Name;

    private ServiceCatalog Catalog => AtOnce(Store.DiscoverAsync(Service, CancellationToken.None));

    /// <summary>Looks at itself; called whenever somebody asks or is told something.</summary>
    internal void Remember(ServiceRegistration? written = null)
    {
        if (written is not null) _written[written.Instance] = written;
        if (_memory == TimeSpan.Zero) return;
        var now = _world.Simulation.Now;
        var catalog = Catalog;
        if (_past.Count == 0 || _past[^1].Catalog.Revision != catalog.Revision) _past.Add(new Past(now, catalog));
        while (_past.Count > 1 && _past[1].At <= now - _memory) _past.RemoveAt(0);
    }

    /// <summary>What it knew so long ago.</summary>
    internal ServiceCatalog AsOf(TimeSpan age)
    {
        Remember();
        return _past.FindLast(p => p.At <= _world.Simulation.Now - age)?.Catalog ?? new ServiceCatalog(Service, 0, []);
    }

    /// <summary>How long until a replica that lags so far knows this.</summary>
    internal TimeSpan UntilKnown(ServiceCatalog catalog, TimeSpan lag)
    {
        var since = _past.Find(p => p.Catalog.Revision == catalog.Revision)?.At ?? _world.Simulation.Now - lag;
        return since + lag - _world.Simulation.Now;
    }

    internal void Wipe() => Store.Wipe();

    /// <summary>Ends a share of the leases now.</summary>
    internal void Revoke(double share)
    {
        foreach (var instance in Catalog.Instances)
        {
            // The least of lifetimes: it ends as one that was not renewed, not as one that departs.
            if (_chance.NextDouble() < share) Store.Restore(_written[instance] with { TimeToLive = Store.Capabilities.MinTimeToLive });
        }
    }

    /// <summary>Begins anew with what it knew so long ago.</summary>
    internal void Restore(TimeSpan age)
    {
        var backup = AsOf(age);
        var former = Store;
        Store = new InMemoryRegistry(_world.Simulation.CreateEnvironment($"registry {++Epoch}"));
        foreach (var instance in backup.Instances) Store.Restore(_written[instance]);
        // What was before is as if it had never been.
        _past.Clear();
        _past.Add(new Past(TimeSpan.Zero, Catalog));
        _world.RegistryTrouble.BreakWatches();
        _ = former.DisposeAsync();
    }

    private static T AtOnce<T>(ValueTask<T> answer)
    {
        var awaiter = answer.ConfigureAwait(false).GetAwaiter();
        return awaiter.IsCompleted ? awaiter.GetResult() : throw new InvalidOperationException("The store in memory answers at once.");
    }

    private sealed record Past(TimeSpan At, ServiceCatalog Catalog);
}
