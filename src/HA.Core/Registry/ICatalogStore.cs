namespace HA.Core.Registry;

/// <summary>Keeps the last good catalogs outside of the process, for a start while the registry is down.</summary>
/// <remarks>
/// <see cref="CatalogWatcher"/> calls it from a loop of its own, at most once a second for each service: it may block for
/// as long as a disk does. What it throws is told to the listener and disturbs nobody. Called concurrently for different
/// services, and for the same one if several watchers share the store.
/// </remarks>
public interface ICatalogStore
{
    /// <summary>What was saved last for a service; null if nothing was.</summary>
    /// <exception cref="CatalogStoreException">Something is there that cannot be used. The message says what and why.</exception>
    StoredCatalog? Load(string service);

    /// <summary>Replaces what is kept for the catalog's service. Whoever loads sees the former or the new one, whole.</summary>
    void Save(StoredCatalog stored);
}

/// <summary>A catalog that was kept.</summary>
/// <param name="Catalog">The catalog.</param>
/// <param name="HeardAt">When the registry last stood by it, by the wall clock.</param>
public sealed record StoredCatalog(ServiceCatalog Catalog, DateTimeOffset HeardAt);

/// <summary>A stored catalog cannot be used: torn, altered, of another service or format, too old, too large.</summary>
public sealed class CatalogStoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    public CatalogStoreException() { }

    /// <summary>Creates the exception.</summary>
    public CatalogStoreException(string message) : base(message) { }

    /// <summary>Creates the exception.</summary>
    public CatalogStoreException(string message, Exception? innerException) : base(message, innerException) { }
}
