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
/// <param name="Age">Time since the registry last spoke.</param>
/// <param name="Held">How many of the instances the registry no longer names.</param>
public sealed record CatalogView(ServiceCatalog Catalog, CatalogOrigin Origin, TimeSpan Age, int Held)
{
    /// <summary>For people: <c>revision 118, live, 4.2 s old, 3 instances</c>.</summary>
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
        return FormattableString.Invariant(
            $"revision {Catalog.Revision}, {origin}, {Age.TotalSeconds:0.0} s old, {Catalog.Instances.Length} instances");
    }
}
