using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>How many calls an endpoint may have, given how many all of them have.</summary>
internal sealed class LoadBound
{
    private readonly Endpoint[] _endpoints;
    private readonly double _maxLoad;
    private readonly LoadRows? _rows;
    private readonly long _totalWeight;

    internal LoadBound(Endpoint[] endpoints, double maxLoad)
    {
        _endpoints = endpoints;
        _maxLoad = maxLoad;
        _rows = LoadRows.Of(endpoints);
        _totalWeight = endpoints.Sum(static e => WeightOf(e));
    }

    /// <summary>The bound as it is now, the call to come included.</summary>
    internal Limit Now()
    {
        var total = 1L;
        if (_rows is not null) total += _rows.Total();
        else foreach (var endpoint in _endpoints) total += endpoint.InFlight;
        return new Limit(_maxLoad * total / _totalWeight);
    }

    // Whoever has no weight may still be all that is left.
    private static long WeightOf(Endpoint endpoint) => Math.Max(1, endpoint.Instance.Weight);

    /// <summary>A bound; the default has none.</summary>
    internal readonly struct Limit(double forWeightOne)
    {
        internal bool HasRoom(Endpoint endpoint) =>
            forWeightOne == 0 || endpoint.InFlight + 1 <= Math.Ceiling(forWeightOne * WeightOf(endpoint));
    }
}
