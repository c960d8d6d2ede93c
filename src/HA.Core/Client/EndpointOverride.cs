using System.Collections.Immutable;

namespace HA.Core.Client;

/// <summary>What counts for one endpoint of a pool in place of what the registry says.</summary>
public sealed record EndpointOverride
{
    internal static readonly ImmutableSortedDictionary<string, EndpointOverride> None =
        ImmutableSortedDictionary.Create<string, EndpointOverride>(StringComparer.Ordinal);

    /// <summary>Its weight; null for the registry's.</summary>
    public int? Weight { get; init => field = value is { } weight ? InstanceRules.Weight(weight) : null; }

    /// <summary>
    /// Its state, unless the registry says worse; null for the registry's. <see cref="ServiceStatus.Down"/> takes no calls at
    /// all, not even in panic; <see cref="ServiceStatus.Draining"/> takes them only when nobody else is left.
    /// </summary>
    public ServiceStatus? Status { get; init => field = value is { } status ? InstanceRules.Status(status) : null; }

    /// <summary>Why its health changes by it, for listeners.</summary>
    public string Reason { get; init => field = Check.NotEmpty(value); } = "overridden";

    /// <summary>The instances as they count.</summary>
    internal static ImmutableArray<ServiceInstance> Apply(
        ImmutableSortedDictionary<string, EndpointOverride> overrides, ImmutableArray<ServiceInstance> instances)
    {
        if (overrides.IsEmpty || instances.All(i => !overrides.ContainsKey(i.Id))) return instances;
        return [.. instances.Select(i => overrides.TryGetValue(i.Id, out var said) ? said.Of(i) : i)];
    }

    private ServiceInstance Of(ServiceInstance instance)
    {
        var weighed = Weight is { } weight ? instance.WithWeight(weight) : instance;
        return Status is { } status && status > instance.Status ? weighed.WithStatus(status) : weighed;
    }
}
