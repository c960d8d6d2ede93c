namespace HA.Core.Registry;

/// <summary>Where the catalog in use comes from.</summary>
public enum CatalogOrigin : byte
{
    /// <summary>Nothing is known yet.</summary>
    None = 0,

    /// <summary>The registry is being watched; this is its word.</summary>
    Live = 1,

    /// <summary>The registry cannot be reached; this was its last word.</summary>
    Cached = 2,

    /// <summary>The registry no longer names some instances that are kept until that is confirmed.</summary>
    Held = 3,

    /// <summary>The registry has not answered since the process started; this is what an earlier process heard from it.</summary>
    Disk = 4,
}

/// <summary>The catalog in use and how far to trust it.</summary>
/// <param name="Catalog">The instances in use; empty while <paramref name="Origin"/> is <see cref="CatalogOrigin.None"/>.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Age">
/// Time since it was last known to be what the registry says: zero while the registry is being watched, however long ago
/// anything changed; else counted from when the watch was lost, or from when an earlier process lost its own.
/// </param>
/// <param name="Held">How many of the instances the registry no longer names.</param>
public sealed record CatalogView(ServiceCatalog Catalog, CatalogOrigin Origin, TimeSpan Age, int Held)
{
    /// <summary>Whether the registry is being watched now: a change would be known.</summary>
    public bool IsCurrent => Origin is CatalogOrigin.Live or CatalogOrigin.Held;

    /// <summary>For people: <c>revision 118, registry unreachable, last known, 4.2 s old, 3 instances</c>.</summary>
    public override string ToString()
    {
        if (Origin == CatalogOrigin.None) return "registry has not answered yet";
        var origin = Origin switch
        {
            CatalogOrigin.Live => "live",
            CatalogOrigin.Cached => "registry unreachable, last known",
            CatalogOrigin.Disk => "registry not reached yet, from disk",
            _ => $"{Held} held after a mass removal",
        };
        var age = IsCurrent ? "" : FormattableString.Invariant($" {Age.TotalSeconds:0.0} s old,");
        return FormattableString.Invariant($"revision {Catalog.Revision}, {origin},{age} {Catalog.Instances.Length} instances");
    }
}
