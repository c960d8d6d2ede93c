using Google.Protobuf;
using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>
/// The watch of a service: the state that the stream keeps current, of which the reader takes the latest whenever it comes. So
/// a slow reader costs the memory of one catalog.
/// </summary>
internal sealed class ServiceWatch(CatalogState state, ServiceEnvironment environment) : KeyWatch(environment)
{
    private readonly Lock _gate = new();

    internal override string Name => state.Keys.Service;

    internal override ByteString FirstKey => state.Keys.First;

    internal override ByteString EndKey => state.Keys.End;

    internal override ulong ClusterId => state.ClusterId;

    internal override long StartRevision { get; } = state.Revision + 1;

    internal override void Apply(IEnumerable<Event> events)
    {
        lock (_gate)
        {
            if (!state.Apply(events)) return;
        }

        Changed.Set();
    }

    /// <summary>The catalog if it is newer than what the reader has; null otherwise.</summary>
    internal ServiceCatalog? Take(long delivered, out int skipped)
    {
        skipped = 0;
        lock (_gate) return state.Revision > delivered ? state.ToCatalog(out skipped) : null;
    }
}
