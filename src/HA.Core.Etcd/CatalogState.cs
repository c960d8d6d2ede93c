using System.Collections.Immutable;
using Google.Protobuf;
using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>The keys of one service as of one revision. One flow at a time uses it.</summary>
internal sealed class CatalogState(ServiceKeys keys, long revision, ulong clusterId)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _departed = new(StringComparer.Ordinal);
    private int _skipped;

    internal ServiceKeys Keys => keys;

    /// <summary>Everything up to this revision of the store is in it.</summary>
    internal long Revision { get; private set; } = revision;

    internal ulong ClusterId => clusterId;

    internal void Put(KeyValue pair)
    {
        if (keys.IdOf(pair.Key, out var isInstance) is not { } id) _skipped++;
        else if (isInstance) _entries[id] = new Entry(pair.Value);
        else _departed.Add(id);
    }

    /// <summary>Applies the events of one message, which never splits a revision. What is known already is passed over.</summary>
    /// <returns>Whether there was anything new.</returns>
    internal bool Apply(IEnumerable<Event> events)
    {
        var before = Revision;
        foreach (var change in events)
        {
            // Some versions of etcd repeat old events to a watch.
            if (change.Kv is not { } pair || pair.ModRevision <= before) continue;
            Revision = Math.Max(Revision, pair.ModRevision);
            if (change.Kind == Event.Types.Kind.Put) Put(pair);
            else Remove(pair.Key);
        }

        return Revision > before;
    }

    /// <summary>The catalog, and how many entries could not be read since the last one.</summary>
    internal ServiceCatalog ToCatalog(out int skipped)
    {
        var instances = ImmutableArray.CreateBuilder<ServiceInstance>(_entries.Count);
        foreach (var (id, entry) in _entries)
        {
            if (!entry.IsRead)
            {
                entry.Read(keys.Service, id);
                if (entry.Instance is null) _skipped++;
            }

            if (entry.Instance is { } instance) instances.Add(instance);
        }

        (skipped, _skipped) = (_skipped, 0);
        var unreadable = _entries.Count - instances.Count;
        return new ServiceCatalog(keys.Service, Revision, instances.DrainToImmutable())
        {
            Departed = [.. _departed],
            Unreadable = unreadable,
        };
    }

    private void Remove(ByteString key)
    {
        if (keys.IdOf(key, out var isInstance) is not { } id) return;
        if (isInstance) _entries.Remove(id);
        else _departed.Remove(id);
    }

    // Decoded when a catalog is made, so that what a slow reader never sees costs nothing.
    private sealed class Entry(ByteString value)
    {
        internal bool IsRead { get; private set; }

        internal ServiceInstance? Instance { get; private set; }

        internal void Read(string service, string id)
        {
            IsRead = true;
            Instance = EntryJson.Decode(service, id, value.Span).Instance;
        }
    }
}
