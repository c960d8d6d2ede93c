using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>The weights of endpoints as policies use them.</summary>
internal static class Weights
{
    /// <summary>The weight of each endpoint; 1 for all if nobody has any: then they share equally.</summary>
    internal static int[] Of(Endpoint[] endpoints)
    {
        var weights = Array.ConvertAll(endpoints, static e => e.Instance.Weight);
        if (Array.TrueForAll(weights, static w => w == 0)) Array.Fill(weights, 1);
        return weights;
    }

    /// <summary>The weights, or null if they make no difference.</summary>
    internal static int[]? Unequal(EndpointSnapshot snapshot, Endpoint[] endpoints)
    {
        if (snapshot.HasEqualWeights || endpoints.Length < 2) return null;
        var weights = Of(endpoints);
        return Array.TrueForAll(weights, w => w == weights[0]) ? null : weights;
    }
}
