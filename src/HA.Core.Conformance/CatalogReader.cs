namespace HA.Core.Conformance;

/// <summary>Reads a watch by hand, so that a law decides how slowly; holds every catalog to be newer than the last.</summary>
internal sealed class CatalogReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly LawTrial _trial;
    private readonly IAsyncEnumerator<ServiceCatalog> _catalogs;
    private Task<bool>? _next;
    private long _revision = long.MinValue;

    internal CatalogReader(LawTrial trial, Func<string, CancellationToken, IAsyncEnumerable<ServiceCatalog>> watch,
        bool isCancelled = false)
    {
        _trial = trial;
        if (isCancelled) _end.Cancel();
        _catalogs = watch(trial.Service, _end.Token).GetAsyncEnumerator(_end.Token);
    }

    /// <summary>The next catalog; null if none comes in time.</summary>
    internal async Task<ServiceCatalog?> NextAsync(TimeSpan within)
    {
        Ask();
        if (!await _trial.EndsWithinAsync(_next!, within).ConfigureAwait(false)) return null;
        var hasOne = await _next!.ConfigureAwait(false);
        _next = null;
        if (!hasOne) throw LawTrial.Failure(12, "the watch ended by itself");
        var catalog = _catalogs.Current;
        if (catalog.Revision <= _revision)
            throw LawTrial.Failure(11, $"the watch delivered revision {catalog.Revision} after revision {_revision}");
        _revision = catalog.Revision;
        return catalog;
    }

    /// <summary>The first catalog.</summary>
    internal async Task<ServiceCatalog> FirstAsync() =>
        await NextAsync(_trial.Patience).ConfigureAwait(false) ?? throw LawTrial.Failure(10, "the watch delivered no first catalog");

    /// <summary>Reads on until a catalog is as it should be.</summary>
    internal Task<ServiceCatalog> UntilAsync(string what, Func<ServiceCatalog, bool> isRight) =>
        UntilAsync(what, _trial.Patience, isRight);

    internal async Task<ServiceCatalog> UntilAsync(string what, TimeSpan within, Func<ServiceCatalog, bool> isRight)
    {
        var end = _trial.Now + within;
        var last = "nothing";
        while (await NextAsync(end - _trial.Now).ConfigureAwait(false) is { } catalog)
        {
            if (isRight(catalog)) return catalog;
            last = $"[{string.Join(", ", catalog.Instances.Select(static i => $"{i.Id} weight {i.Weight}"))}]";
        }

        throw _trial.Failure($"the watch did not deliver {what} within {within}; its last catalog was {last}");
    }

    /// <summary>Asks for the next catalog without waiting for it.</summary>
    internal void Ask() => _next ??= _catalogs.MoveNextAsync().AsTask();

    /// <summary>Cancels the watch and answers how it ended: null if it had not within the time given.</summary>
    internal async Task<Exception?> CancelAsync(TimeSpan within)
    {
        Ask();
        _end.Cancel();
        // Catalogs that were on their way may still arrive.
        var end = _trial.Now + within;
        while (await _trial.EndsWithinAsync(_next!, end - _trial.Now).ConfigureAwait(false))
        {
            try
            {
                var hasOne = await _next!.ConfigureAwait(false);
                _next = null;
                if (!hasOne) return new InvalidOperationException("The watch ended as if there were nothing more to come.");
                Ask();
            }
            catch (Exception e)
            {
                _next = null;
                return e;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _end.Cancel();
        if (_next is { } pending)
        {
            // An enumerator must not be disposed while it moves; one that never stops is left behind.
            if (!await _trial.EndsWithinAsync(pending, _trial.Patience).ConfigureAwait(false)) return;
            await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _catalogs.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }
}
