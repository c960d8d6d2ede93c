namespace HA.Core.Registry;

/// <summary>
/// Tells the death of many instances from the illness of a registry: a sudden mass removal is held until confirmed,
/// a departure on purpose is believed at once. Pure: catalogs in, catalogs out, time as an argument.
/// </summary>
/// <remarks>One flow uses it at a time.</remarks>
internal sealed class RemovalGuard(CatalogWatcherOptions options)
{
    private readonly SortedDictionary<string, Held> _held = new(StringComparer.Ordinal);
    // Believed, but not long ago: leases that end one after the other are a mass removal too.
    private readonly SortedDictionary<string, Held> _vanished = new(StringComparer.Ordinal);
    private ServiceCatalog? _served;
    private bool _isFromDisk;
    private bool _isResuming;

    internal int HeldCount => _held.Count;

    /// <summary>When the longest-held removal is due to be confirmed; null if none is held.</summary>
    internal long? ConfirmAt => _held.Count == 0 ? null : _held.Values.Min(static h => h.Until);

    /// <summary>What is served before the registry has spoken: it protects against a first answer that names nobody.</summary>
    internal void Seed(ServiceCatalog stored)
    {
        _served = stored;
        _isFromDisk = true;
    }

    /// <summary>
    /// The registry was lost: leases could not be renewed meanwhile, so whoever its next answer does not name is suspected to
    /// be a victim of that.
    /// </summary>
    internal void Lost() => _isResuming = true;

    /// <summary>Takes the registry's word and answers what to serve.</summary>
    /// <param name="told">The catalog as the registry told it.</param>
    /// <param name="now">Clock ticks.</param>
    /// <param name="newlyHeld">How many instances began to be held.</param>
    internal ServiceCatalog Accept(ServiceCatalog told, long now, out int newlyHeld)
    {
        // What an earlier process heard may be a day old: a registry that names anybody knows better.
        if (_isFromDisk && !told.Instances.IsEmpty) _served = null;
        foreach (var id in _held.Keys.Where(id => IsNamed(told, id)).ToArray()) _held.Remove(id);
        foreach (var id in _vanished.Where(v => IsNamed(told, v.Key) || v.Value.Until <= now).Select(static v => v.Key).ToArray())
            _vanished.Remove(id);
        var missing = _served is null
            ? []
            : _served.Instances.Where(i => !IsNamed(told, i.Id) && !_held.ContainsKey(i.Id)).ToArray();
        newlyHeld = Hold(told, missing, now + options.RemovalHoldTime.Ticks);
        _isFromDisk = _isResuming = false;
        return _served = Merge(told);
    }

    /// <summary>Takes a second, independent answer: what it still lacks, and has been held long enough, is gone.</summary>
    internal ServiceCatalog Confirm(ServiceCatalog told, long now)
    {
        foreach (var id in _held.Where(h => IsNamed(told, h.Key) || h.Value.Until <= now).Select(static h => h.Key).ToArray())
            _held.Remove(id);
        return _served = Merge(told);
    }

    /// <summary>The second answer did not come: wait once more.</summary>
    internal void Postpone(long now)
    {
        foreach (var (id, held) in _held.ToArray())
            _held[id] = held with { Until = Math.Max(held.Until, now + options.RemovalHoldTime.Ticks) };
    }

    // How many are held that were not before.
    private int Hold(ServiceCatalog told, ServiceInstance[] missing, long until)
    {
        if (missing.Length == 0 || options.RemovalHoldTime == TimeSpan.Zero) return 0;
        var gone = _held.Count + _vanished.Count + missing.Length;
        var isMass = IsMass(missing.Length, _served!.Instances.Length) || IsMass(gone, gone + told.Instances.Length);
        foreach (var instance in missing) _vanished[instance.Id] = new Held(instance, until);
        var isDoubtful = told.Instances.IsEmpty || (_isResuming && options.MaxRemovalShare < 1);
        if (!isMass && !isDoubtful) return 0;

        // In a mass removal nobody's disappearance is to be trusted; an empty or a first answer by itself only doubts its own.
        var suspects = isMass ? [.. _vanished.Values.Select(static v => v.Instance)] : missing;
        foreach (var instance in suspects)
        {
            _vanished.Remove(instance.Id);
            _held.Add(instance.Id, new Held(instance, until));
        }

        return suspects.Length;
    }

    private ServiceCatalog Merge(ServiceCatalog told) => _held.Count == 0
        ? told
        : ServiceCatalog.Create(told.Service, told.Revision, told.Instances.Concat(_held.Values.Select(static h => h.Instance)))
            with
        { Departed = told.Departed };

    private bool IsMass(int gone, int known) => gone >= 2 && gone > options.MaxRemovalShare * known;

    private static bool IsNamed(ServiceCatalog told, string id) =>
        told.Departed.AsSpan().BinarySearch(id, StringComparer.Ordinal) >= 0 || told.Instances.Any(i => i.Id == id);

    private readonly record struct Held(ServiceInstance Instance, long Until);
}
