using System.Runtime.CompilerServices;
using Google.Protobuf;
using HA.Core.Etcd;
using HA.Core.Etcd.Grpc;
using HA.Core.Hosting.Centre;

namespace HA.Core.Hosting;

/// <summary>Configuration in etcd: all keys of a prefix as of one revision, read again whenever one of them changes.</summary>
internal sealed class EtcdCentre : IConfigurationCentre
{
    private readonly CentreScope _scope;
    private readonly EtcdClient _client;
    private readonly WatchStreams _watches;
    private readonly ByteString _first;
    private readonly ByteString _end;
    private readonly string _root;

    internal EtcdCentre(EtcdRegistryOptions options, CentreScope scope)
    {
        _scope = scope;
        // For messages about rights.
        var own = options with { KeyPrefix = scope.Prefix };
        _client = new EtcdClient(own, scope.Environment);
        _watches = new WatchStreams(_client, own, scope.Environment);
        _root = scope.Prefix + "/";
        _first = ByteString.CopyFromUtf8(_root);
        // The character behind the slash.
        _end = ByteString.CopyFromUtf8(scope.Prefix + "0");
    }

    public string Name => $"etcd {_scope.Prefix}";

    public async IAsyncEnumerable<CentreSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var refusals = 0;
        while (true)
        {
            var read = await ReadAsync(cancellationToken).ConfigureAwait(false);
            var watch = new PrefixWatch(this, read);
            using var membership = _watches.Follow(watch);
            var seen = 0L;
            while (true)
            {
                yield return SnapshotOf(read);
                await watch.Changed.WaitAsync(seen, cancellationToken).ConfigureAwait(false);
                if (watch.End is { } end)
                {
                    _client.ThrowIfDisposed();
                    // A token that has gone stale is renewed by reading; refused again, it is not the token.
                    if (end.Kind == WatchEndKind.Failed || (end.Kind == WatchEndKind.StaleToken && ++refusals > 1)) throw end.Error;
                    break;
                }

                refusals = 0;
                seen = watch.Changed.Version;
                read = await ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _watches.DisposeAsync().ConfigureAwait(false);
    }

    // One answer is of one revision. One key more than is taken, so that too many are noticed.
    private async Task<RangeResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var request = new RangeRequest { Key = _first, RangeEnd = _end, Limit = _scope.Limits.MaxKeys + 1L };
        var answer = await _client.CallAsync(EtcdMethods.Range, request, cancellationToken).ConfigureAwait(false);
        return answer.Header is { Revision: > 0 } ? answer : throw new EtcdProtocolException("etcd answered without saying its revision.");
    }

    private CentreSnapshot SnapshotOf(RangeResponse answer) => new(
        $"{answer.Header.Revision}",
        [.. answer.Kvs.Select(pair => KeyValuePair.Create(pair.Key.ToStringUtf8()[_root.Length..], pair.Value.Memory))]);

    private sealed class PrefixWatch(EtcdCentre centre, RangeResponse read) : KeyWatch(centre._scope.Environment)
    {
        internal override string Name => centre._root;

        internal override ByteString FirstKey => centre._first;

        internal override ByteString EndKey => centre._end;

        internal override ulong ClusterId { get; } = read.Header.ClusterId;

        internal override long StartRevision { get; } = read.Header.Revision + 1;

        internal override void Apply(IEnumerable<Event> events)
        {
            if (events.Any()) Changed.Set();
        }
    }
}
