using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

/// <summary>A store that outlives the processes of a test, and can fail.</summary>
internal sealed class MemoryStore(Stage stage) : ICatalogStore
{
    internal StoredCatalog? Kept { get; set; }

    internal Exception? Error { get; set; }

    internal List<TimeSpan> Saves { get; } = [];

    public StoredCatalog? Load(string service)
    {
        if (Error is not null) throw Error;
        return Kept?.Catalog.Service == service ? Kept : null;
    }

    public void Save(StoredCatalog stored)
    {
        Saves.Add(stage.Now);
        if (Error is not null) throw Error;
        Kept = stored;
    }
}
