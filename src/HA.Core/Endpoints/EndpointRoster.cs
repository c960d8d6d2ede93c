using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HA.Core.Endpoints;

/// <summary>The members of a pool, and the snapshot that follows from their health: anew, or from one change of one of them.</summary>
/// <remarks>
/// A change of health costs one copy of an array, not a look at every endpoint. Only under the pool's lock. What
/// <see cref="Refresh"/> answers is what <see cref="EndpointSnapshot.Create"/> would answer.
/// </remarks>
internal sealed class EndpointRoster(double panicThreshold)
{
    private ImmutableArray<Endpoint> _all = [];
    private int _fit;
    private int _admitted;
    // All are up and have a weight: then health alone decides.
    private bool _isPlain;

    internal ImmutableArray<Endpoint> All => _all;

    /// <summary>Changed only before <see cref="Replace"/>.</summary>
    internal double PanicThreshold { get; set; } = panicThreshold;

    /// <summary>Takes new members.</summary>
    internal EndpointSnapshot Replace(long version, ImmutableArray<Endpoint> all)
    {
        _all = all;
        _isPlain = !all.IsEmpty;
        (_fit, _admitted) = (0, 0);
        var hasEqualWeights = true;
        foreach (var endpoint in all)
        {
            var instance = endpoint.Instance;
            var health = endpoint.PublishedHealth = endpoint.Health;
            if (health <= EndpointHealth.Unknown) _fit++;
            if (health <= EndpointHealth.Probing) _admitted++;
            _isPlain &= instance.Status == ServiceStatus.Up && instance.Weight > 0;
            hasEqualWeights &= instance.Weight == all[0].Instance.Weight;
        }

        // All are well, as they nearly always are: nothing to judge.
        var snapshot = _isPlain && _fit == all.Length ? new EndpointSnapshot(version, all, all, IsPanic: false) : Judge(version);
        return snapshot with { HasEqualWeights = hasEqualWeights };
    }

    /// <summary>The health of one member may have changed.</summary>
    internal EndpointSnapshot Refresh(EndpointSnapshot before, Endpoint changed)
    {
        var version = before.Version + 1;
        var at = PlaceOf(changed, _all.AsSpan());
        // It may have left while the word of its health was on its way.
        if (at == _all.Length || _all[at] != changed) return before;
        var (from, to) = (changed.PublishedHealth, changed.Health);
        changed.PublishedHealth = to;
        _fit += Count(to <= EndpointHealth.Unknown) - Count(from <= EndpointHealth.Unknown);
        _admitted += Count(to <= EndpointHealth.Probing) - Count(from <= EndpointHealth.Probing);
        var isPanic = _fit < PanicThreshold * _all.Length || _admitted == 0;
        if (!_isPlain || isPanic || before.IsPanic)
            return Judge(version) with { HasEqualWeights = before.HasEqualWeights };
        return Changed(before, version, changed, from <= EndpointHealth.Probing, to <= EndpointHealth.Probing);
    }

    // By the published health: the live one may change between two looks, and then the counts would not be those of what
    // is published.
    private EndpointSnapshot Judge(long version) =>
        EndpointSnapshot.Judge(version, _all, PanicThreshold, static e => e.PublishedHealth);

    private EndpointSnapshot Changed(EndpointSnapshot before, long version, Endpoint changed, bool wasIn, bool isIn)
    {
        if (wasIn == isIn) return before with { Version = version };
        var at = PlaceOf(changed, before.Eligible.AsSpan());
        var eligible = _admitted == _all.Length
            ? _all
            : ImmutableCollectionsMarshal.AsImmutableArray(ArrayEdit.At(before.Eligible.AsSpan(), at, isIn, changed));
        return new EndpointSnapshot(version, _all, eligible, IsPanic: false)
        {
            HasEqualWeights = before.HasEqualWeights,
            Loads = before.KnownLoads?.Edited(at, isIn, changed),
        };
    }

    // Where it is, or would be, in the ordinal order of ids.
    private static int PlaceOf(Endpoint endpoint, ReadOnlySpan<Endpoint> sorted) => PlaceOf(endpoint.Instance.Id, sorted);

    internal static int PlaceOf(string id, ReadOnlySpan<Endpoint> sorted)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(sorted[middle].Instance.Id, id) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static int Count(bool holds) => holds ? 1 : 0;
}
