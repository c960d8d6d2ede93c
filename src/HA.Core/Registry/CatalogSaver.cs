using HA.Core.Time;

namespace HA.Core.Registry;

/// <summary>
/// Reads a watcher's stored catalog once, then stores what the watcher hears: in a loop of its own, so that a slow disk
/// delays nothing else.
/// </summary>
internal sealed class CatalogSaver : IAsyncDisposable
{
    // At most one write in this time: what changes meanwhile is written together.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // What does not change for days is still confirmed, so that it does not grow too old.
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(10);

    private readonly ICatalogStore _store;
    private readonly string _service;
    private readonly Func<StoredCatalog?> _latest;
    private readonly AsyncSignal _changed;
    private readonly ServiceEnvironment _environment;
    private readonly SpawnedLoop _loop;
    private volatile StoredCatalog? _stored;
    private StoredCatalog? _saved;

    internal CatalogSaver(
        ICatalogStore store, string service, Func<StoredCatalog?> latest, AsyncSignal changed, ServiceEnvironment environment)
    {
        _store = store;
        _service = service;
        _latest = latest;
        _changed = changed;
        _environment = environment;
        _loop = environment.Spawn($"store {service}", RunAsync);
    }

    /// <summary>What an earlier process stored; null if nothing usable is there, or not read yet.</summary>
    internal StoredCatalog? Stored => _stored;

    /// <summary>What is stored turns out to be of no use.</summary>
    internal void Drop(CatalogStoreException reason)
    {
        _stored = null;
        _environment.Listener.OnCatalogStoreFailed(_service, reason);
    }

    public ValueTask DisposeAsync() => _loop.DisposeAsync();

    private async Task RunAsync(CancellationToken stop)
    {
        Guard(() => _stored = _store.Load(_service));
        try
        {
            while (true)
            {
                var seen = _changed.Version;
                Save(onlyIfNew: true);
                await _environment.Time.DelayAsync(Pause, stop).ConfigureAwait(false);
                if (!await _changed.WaitAsync(seen, Refresh, stop).ConfigureAwait(false)) Save(onlyIfNew: false);
            }
        }
        finally
        {
            Save(onlyIfNew: true);
        }
    }

    private void Save(bool onlyIfNew)
    {
        if (_latest() is not { } latest) return;
        var isKnown = ReferenceEquals(latest.Catalog, _saved?.Catalog);
        if (isKnown && (onlyIfNew || latest.HeardAt <= _saved!.HeardAt)) return;
        if (Guard(() => _store.Save(latest))) _saved = latest;
    }

    private bool Guard(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e)
        {
            _environment.Listener.OnCatalogStoreFailed(_service, e);
            return false;
        }
    }
}
