using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>
/// One reader's watch: the state that the stream keeps current, of which the reader takes the latest whenever it comes. So a
/// slow reader costs the memory of one catalog.
/// </summary>
internal sealed class ServiceWatch(CatalogState state, ServiceEnvironment environment)
{
    private readonly Lock _gate = new();
    private WatchEnd? _end;

    /// <summary>Set when there is something to take.</summary>
    internal AsyncSignal Changed { get; } = new(environment);

    internal ServiceKeys Keys => state.Keys;

    internal ulong ClusterId => state.ClusterId;

    /// <summary>Where the stream has to begin, so that nothing is missed after what was read.</summary>
    internal long StartRevision { get; } = state.Revision + 1;

    internal void Apply(IEnumerable<Event> events)
    {
        lock (_gate)
        {
            if (!state.Apply(events)) return;
        }

        Changed.Set();
    }

    /// <summary>Nothing more will come. The first reason counts.</summary>
    internal void Finish(WatchEnd end)
    {
        lock (_gate) _end ??= end;
        Changed.Set();
    }

    /// <summary>The catalog if it is newer than what the reader has; null otherwise.</summary>
    internal ServiceCatalog? Take(long delivered, out int skipped)
    {
        skipped = 0;
        lock (_gate) return state.Revision > delivered ? state.ToCatalog(out skipped) : null;
    }

    /// <summary>Why nothing more comes; null while it may.</summary>
    internal WatchEnd? End
    {
        get
        {
            lock (_gate) return _end;
        }
    }
}

/// <summary>Why a watch is over.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Error">What to tell the reader, where that is the thing to do.</param>
internal sealed record WatchEnd(WatchEndKind Kind, Exception Error);

/// <summary>What is to be done about a watch that is over.</summary>
internal enum WatchEndKind
{
    /// <summary>The reader has to be told.</summary>
    Failed,

    /// <summary>The history it should go on from is gone: read the whole anew.</summary>
    Compacted,

    /// <summary>The stream's token is no longer known: once more, with a new one.</summary>
    StaleToken,
}
