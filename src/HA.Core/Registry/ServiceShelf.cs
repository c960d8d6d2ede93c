namespace HA.Core.Registry;

/// <summary>The entries of one service inside <see cref="InMemoryRegistry"/>, used under its lock.</summary>
internal sealed class ServiceShelf(string service, AsyncSignal changed)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _departed = new(StringComparer.Ordinal);
    private ServiceCatalog? _catalog;
    private long _revision;

    internal AsyncSignal Changed => changed;

    /// <summary>When the next entry expires, in clock ticks; <see cref="long.MaxValue"/> if there is none.</summary>
    internal long NextDue { get; private set; } = long.MaxValue;

    internal ServiceRegistration? Find(string id) => _entries.TryGetValue(id, out var entry) ? entry.Registration : null;

    internal void Put(ServiceRegistration registration, long due, ref long revision)
    {
        var id = registration.Instance.Id;
        var isSame = Find(id) is { } old && old.Owner == registration.Owner && old.Instance.Equals(registration.Instance);
        _entries[id] = new Entry(registration, due);
        NextDue = Math.Min(NextDue, due);
        // Registering the same thing again renews it; watchers have nothing new to learn.
        if (!_departed.Remove(id) && isSame) return;
        Publish(ref revision);
    }

    internal RenewalResult Renew(ServiceRegistration registration, long due)
    {
        if (!_entries.TryGetValue(registration.Instance.Id, out var entry)) return RenewalResult.Lost;
        if (entry.Registration.Owner != registration.Owner) return RenewalResult.Fenced;
        entry.Due = due;
        return RenewalResult.Renewed;
    }

    internal void Remove(ServiceRegistration registration, long rememberUntil, ref long revision)
    {
        var id = registration.Instance.Id;
        if (Find(id)?.Owner != registration.Owner) return;
        _entries.Remove(id);
        _departed[id] = rememberUntil;
        Publish(ref revision);
    }

    internal void Clear(ref long revision)
    {
        _entries.Clear();
        _departed.Clear();
        Publish(ref revision);
    }

    internal void Expire(long now, ref long revision)
    {
        if (now < NextDue) return;
        List<string>? dead = null;
        NextDue = long.MaxValue;
        foreach (var (id, entry) in _entries)
        {
            if (entry.Due <= now) (dead ??= []).Add(id);
            else NextDue = Math.Min(NextDue, entry.Due);
        }

        if (dead is null) return;
        foreach (var id in dead) _entries.Remove(id);
        Publish(ref revision);
    }

    internal ServiceCatalog Catalog(long now)
    {
        if (_departed.Count > 0 && _departed.Values.Any(until => until <= now))
        {
            foreach (var id in _departed.Where(d => d.Value <= now).Select(static d => d.Key).ToArray()) _departed.Remove(id);
            _catalog = null;
        }

        return _catalog ??= new ServiceCatalog(service, _revision, [.. _entries.Values.Select(static e => e.Registration.Instance)])
        {
            Departed = [.. _departed.Keys],
        };
    }

    private void Publish(ref long revision)
    {
        _revision = ++revision;
        _catalog = null;
        changed.Set();
    }

    private sealed class Entry(ServiceRegistration registration, long due)
    {
        internal ServiceRegistration Registration { get; } = registration;

        internal long Due { get; set; } = due;
    }
}
