using System.Collections.Immutable;

namespace HA.Core.Endpoints;

/// <summary>The endpoints of a service at one moment. Membership is immutable; each endpoint's counters are live.</summary>
/// <param name="Version">Grows by one with each snapshot of a pool.</param>
/// <param name="All">Every endpoint, in ordinal order of ids.</param>
/// <param name="Eligible">Those that may be picked, in the same order. Empty only if nothing may be called.</param>
/// <param name="IsPanic">Too few endpoints are fit, so some that are not are used as well.</param>
public sealed record EndpointSnapshot(
    long Version, ImmutableArray<Endpoint> All, ImmutableArray<Endpoint> Eligible, bool IsPanic)
{
    /// <summary>A snapshot with nothing in it.</summary>
    public static EndpointSnapshot Empty { get; } = new(0, [], [], IsPanic: false);

    // Asked by policies for every snapshot; handed on from one to the next while the members stay the same.
    private bool? _hasEqualWeights;
    private EligibleLoads? _loads;

    /// <summary>Whether all endpoints have the same weight.</summary>
    internal bool HasEqualWeights
    {
        get => _hasEqualWeights ??= All.IsEmpty || All.All(e => e.Instance.Weight == All[0].Instance.Weight);
        init => _hasEqualWeights = value;
    }

    /// <summary>The eligible endpoints' calls in flight; null if they are not counted side by side.</summary>
    internal EligibleLoads? Loads
    {
        get => _loads ??= EligibleLoads.Of(Eligible.AsSpan());
        init => _loads = value;
    }

    /// <summary>The same if anybody asked for it.</summary>
    internal EligibleLoads? KnownLoads => _loads;

    /// <summary>Judges which endpoints may be picked now.</summary>
    /// <param name="version">Version of the snapshot.</param>
    /// <param name="all">Every endpoint, in ordinal order of ids.</param>
    /// <param name="panicThreshold">Panic if a smaller share than this of the endpoints that the registry calls up is fit.</param>
    /// <remarks>
    /// Draining endpoints take over when nobody else is left; what the registry calls down is never eligible. An endpoint
    /// on probation is eligible but does not count as fit. Weight 0 is eligible only if nobody has more. In panic, more of
    /// those that are not fit are eligible the fewer are fit: see <see cref="Panic"/>.
    /// </remarks>
    public static EndpointSnapshot Create(long version, ImmutableArray<Endpoint> all, double panicThreshold) =>
        Judge(version, all, panicThreshold, static e => e.Health);

    internal static EndpointSnapshot Judge(
        long version, ImmutableArray<Endpoint> all, double panicThreshold, Func<Endpoint, EndpointHealth> healthOf)
    {
        int up = 0, fit = 0, eligible = 0;
        foreach (var endpoint in all)
        {
            if (endpoint.Instance.Status != ServiceStatus.Up) continue;
            up++;
            var health = healthOf(endpoint);
            if (health <= EndpointHealth.Unknown) fit++;
            if (health <= EndpointHealth.Probing) eligible++;
        }

        if (up == 0) return new(version, all, Where(all, static e => e.Instance.Status == ServiceStatus.Draining), IsPanic: false);
        var isPanic = fit < panicThreshold * up || eligible == 0;
        if (!isPanic && eligible == all.Length && !HasIdle(all)) return new(version, all, all, IsPanic: false);
        var chosen = isPanic
            ? Panic.Choose(version, all, panicThreshold, healthOf)
            : Where(all, e => e.Instance.Status == ServiceStatus.Up && healthOf(e) <= EndpointHealth.Probing);
        if (HasIdle(chosen) && Where(chosen, static e => e.Instance.Weight > 0) is { IsEmpty: false } weighted) chosen = weighted;
        return new(version, all, chosen, isPanic);
    }

    /// <summary>Whether these are all that may be picked.</summary>
    internal bool AreAll(ReadOnlySpan<Endpoint> endpoints)
    {
        foreach (var endpoint in Eligible)
        {
            if (!endpoints.Contains(endpoint)) return false;
        }

        return true;
    }

    private static bool HasIdle(ImmutableArray<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Instance.Weight == 0) return true;
        }

        return false;
    }

    private static ImmutableArray<Endpoint> Where(ImmutableArray<Endpoint> endpoints, Func<Endpoint, bool> predicate)
    {
        var chosen = ImmutableArray.CreateBuilder<Endpoint>(endpoints.Length);
        foreach (var endpoint in endpoints)
        {
            if (predicate(endpoint)) chosen.Add(endpoint);
        }

        return chosen.DrainToImmutable();
    }
}
