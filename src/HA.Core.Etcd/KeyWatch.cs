using Google.Protobuf;
using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>One reader's watch of a range of keys, as the stream that it is on sees it.</summary>
internal abstract class KeyWatch(ServiceEnvironment environment)
{
    private volatile WatchEnd? _end;

    /// <summary>Set when there is something to look at.</summary>
    internal AsyncSignal Changed { get; } = new(environment);

    /// <summary>For people: what is watched.</summary>
    internal abstract string Name { get; }

    /// <summary>Where the range begins.</summary>
    internal abstract ByteString FirstKey { get; }

    /// <summary>The first key behind the range.</summary>
    internal abstract ByteString EndKey { get; }

    /// <summary>The cluster that was read.</summary>
    internal abstract ulong ClusterId { get; }

    /// <summary>Where the stream has to begin, so that nothing is missed after what was read.</summary>
    internal abstract long StartRevision { get; }

    /// <summary>Why nothing more comes; null while it may.</summary>
    internal WatchEnd? End => _end;

    /// <summary>Takes what happened to keys of the range.</summary>
    internal abstract void Apply(IEnumerable<Event> events);

    /// <summary>Nothing more will come. The first reason counts.</summary>
    internal void Finish(WatchEnd end)
    {
        Interlocked.CompareExchange(ref _end, end, null);
        Changed.Set();
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
