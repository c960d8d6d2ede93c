using System.Collections.Immutable;

namespace HA.Core;

/// <summary>Everything a registry knew of one service at one moment: a full snapshot, never a change.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Revision">
/// Grows with every change of this service within one epoch of its registry. Only for comparing; gaps mean nothing.
/// </param>
/// <param name="Instances">The instances in ordinal order of their ids, each id once.</param>
/// <remarks>An empty catalog says: the registry was asked and knows no instance. An outage is an exception, never this.</remarks>
public sealed record ServiceCatalog(string Service, long Revision, ImmutableArray<ServiceInstance> Instances)
{
    /// <summary>
    /// Ids that were deregistered on purpose and not long ago, in ordinal order. It tells a planned departure, which
    /// takes effect at once, from a disappearance, which may be the registry's own illness.
    /// </summary>
    public ImmutableArray<string> Departed { get; init; } = [];

    /// <summary>How many entries the registry holds of this service that were left out because they could not be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>A catalog of <paramref name="instances"/> in any order.</summary>
    /// <exception cref="ArgumentException">An instance belongs to another service, or an id is there twice.</exception>
    public static ServiceCatalog Create(string service, long revision, IEnumerable<ServiceInstance> instances)
    {
        var sorted = instances.OrderBy(static i => i.Id, StringComparer.Ordinal).ToImmutableArray();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].Service != service)
                throw new ArgumentException($"{sorted[i]} does not belong to service '{service}'.", nameof(instances));
            if (i > 0 && sorted[i].Id == sorted[i - 1].Id)
                throw new ArgumentException($"Id '{sorted[i].Id}' is in the list twice.", nameof(instances));
        }

        return new ServiceCatalog(service, revision, sorted);
    }
}
