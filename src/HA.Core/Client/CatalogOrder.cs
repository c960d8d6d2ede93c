using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Client;

/// <summary>Instances in ordinal order of their ids, whatever order they come in. Not safe for concurrent use.</summary>
/// <remarks>
/// A catalog promises its order; one that was made by hand may break the promise. The members hardly ever change, so
/// instances are put where their endpoints are rather than sorted; as long as the list is in the same order as last time,
/// without looking them up.
/// </remarks>
internal sealed class CatalogOrder
{
    // Few enough that all of them are still near when they are looked up.
    private const int Ahead = 64;

    private ImmutableArray<Endpoint> _members = [];
    private Dictionary<string, int>? _places;
    private string[] _ids = [];
    private int[] _lastPlaces = [];

    internal ImmutableArray<ServiceInstance> Of(ImmutableArray<ServiceInstance> instances, ImmutableArray<Endpoint> members)
    {
        for (var i = 1; i < instances.Length; i++)
        {
            if (string.CompareOrdinal(instances[i - 1].Id, instances[i].Id) > 0)
                return Placed(instances, members) ?? [.. instances.OrderBy(static x => x.Id, StringComparer.Ordinal)];
        }

        return instances;
    }

    private ImmutableArray<ServiceInstance>? Placed(ImmutableArray<ServiceInstance> instances, ImmutableArray<Endpoint> members)
    {
        if (instances.Length != members.Length) return null;
        if (_places is null || !HasSameMembers(members))
        {
            _members = members;
            // With twice the room fewer ids meet in a bucket.
            _places = new Dictionary<string, int>(members.Length * 2, StringComparer.Ordinal);
            _ids = [.. members.Select(static e => e.Instance.Id)];
            for (var i = 0; i < _ids.Length; i++) _places.Add(_ids[i], i);
            _lastPlaces = new int[_ids.Length];
        }

        var placed = new ServiceInstance[instances.Length];
        var isAsLastTime = true;
        for (var i = 0; i < instances.Length; i++)
        {
            if (i % Ahead == 0) _ = ReadIds(instances.AsSpan(i, Math.Min(Ahead, instances.Length - i)));
            var instance = instances[i];
            var at = _lastPlaces[i];
            isAsLastTime = isAsLastTime && _ids[at] == instance.Id;
            if (!isAsLastTime)
            {
                // Somebody new.
                if (!_places.TryGetValue(instance.Id, out at)) return null;
                _lastPlaces[i] = at;
            }

            // An id that is there twice.
            if (placed[at] is not null) return null;
            placed[at] = instance;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(placed);
    }

    // Somebody else's instances are all over the memory. Read one after the other with nothing to do in between, many are fetched at
    // once; between two that are looked up the processor waits for each (measured: a fifth of all that a full list takes).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadIds(ReadOnlySpan<ServiceInstance> instances)
    {
        var length = 0;
        foreach (var instance in instances) length += instance.Id.Length;
        return length;
    }

    private bool HasSameMembers(ImmutableArray<Endpoint> members) =>
        _members == members || _members.AsSpan().SequenceEqual(members.AsSpan());
}
