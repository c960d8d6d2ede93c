using System.Collections.Immutable;

namespace HA.Core.Endpoints;

/// <summary>Too few endpoints are fit: which of the others are used beside them.</summary>
/// <remarks>
/// Gradual. With a share h of the endpoints fit, less than the threshold t, the share 1 - h/t of those that are not is used
/// as well: none at h = t, all at h = 0. Of N endpoints h N + (1 - h)(1 - h/t) N share the calls then, so each carries at
/// most 1/t of what an equal share would be, and less the fewer are fit. One fit endpoint fewer brings about (1 - h)/t others in,
/// where a switch would bring in all at once. Pure.
/// </remarks>
internal static class Panic
{
    /// <summary>The fit endpoints that the registry calls up, and so many of the others, in their order.</summary>
    internal static ImmutableArray<Endpoint> Choose(
        long version, ImmutableArray<Endpoint> all, double threshold, Func<Endpoint, EndpointHealth> healthOf)
    {
        var up = all.Where(static e => e.Instance.Status == ServiceStatus.Up).ToList();
        // Who asks for no calls carries none, fit or not, while others are left.
        var asking = up.FindAll(static e => e.Instance.Weight > 0);
        if (asking.Count > 0) up = asking;
        var fit = up.FindAll(e => IsFit(healthOf(e))).ToHashSet(ReferenceEqualityComparer.Instance);
        // Those on probation come first: their time has come anyway. The others in an order that every version shuffles.
        var used = up.Where(e => !fit.Contains(e)).OrderBy(healthOf).ThenBy(e => StableHash.Of(e.Instance.Id, (ulong)version))
            .Take(UnfitToUse(fit.Count, up.Count, threshold));
        fit.UnionWith(used);
        return [.. up.Where(fit.Contains)];
    }

    /// <summary>How many endpoints that are not fit are used, of so many.</summary>
    internal static int UnfitToUse(int fit, int up, double threshold)
    {
        var share = fit == 0 ? 1 : Math.Max(0, 1 - (fit / (threshold * up)));
        return (int)Math.Ceiling((share * (up - fit)) - 1e-9);
    }

    private static bool IsFit(EndpointHealth health) => health <= EndpointHealth.Unknown;
}
