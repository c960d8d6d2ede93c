using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf;
using HA.Core.Etcd;
using HA.Core.Etcd.Grpc;
using HA.Core.Registry;

namespace HA.Core.Bench.Registry;

/// <summary>A lease and a put without a question, keep-alives on one stream, one watch stream: gRPC and nothing else.</summary>
internal sealed class EtcdRaw : IRawClient
{
    private static readonly string Prefix = new EtcdRegistryOptions().KeyPrefix;

    private readonly SocketsHttpHandler _handler = new();
    private readonly GrpcLink _link;
    private readonly Channel<LeaseKeepAliveRequest> _renewals = Channel.CreateUnbounded<LeaseKeepAliveRequest>();
    private readonly Channel<WatchRequest> _watches = Channel.CreateUnbounded<WatchRequest>();
    private readonly ConcurrentDictionary<string, long> _leases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, TaskCompletionSource> _renewing = new();
    private readonly ConcurrentDictionary<long, Action> _listeners = new();
    private readonly GrpcDuplex<LeaseKeepAliveRequest, LeaseKeepAliveResponse> _renewalStream;
    private readonly GrpcDuplex<WatchRequest, WatchResponse> _watchStream;
    private TaskCompletionSource<long> _created = new();
    private long _lastLease;

    internal EtcdRaw(int port)
    {
        _link = new GrpcLink(new Uri($"http://127.0.0.1:{port}"), _handler);
        _renewalStream = _link.Open(EtcdMethods.KeepAlive, _renewals.Reader, null, CancellationToken.None);
        _watchStream = _link.Open(EtcdMethods.Watch, _watches.Reader, null, CancellationToken.None);
        _ = Task.Run(ReadRenewalsAsync);
        _ = Task.Run(ReadWatchesAsync);
    }

    public async Task WriteAsync(ServiceInstance instance)
    {
        var lease = Interlocked.Increment(ref _lastLease);
        var grant = new LeaseGrantRequest { Id = lease, Ttl = (long)RegistryMeasure.TimeToLive.TotalSeconds };
        await _link.CallAsync(EtcdMethods.Grant, grant, null, CancellationToken.None);
        var put = new PutRequest
        {
            Key = ByteString.CopyFromUtf8($"raw/{instance.Id}"),
            Value = ByteString.CopyFrom(InstanceJson.EncodeUtf8(instance)),
            Lease = lease,
        };
        await _link.CallAsync(EtcdMethods.Txn, new TxnRequest { Success = { new RequestOp { Put = put } } }, null, CancellationToken.None);
        _leases[instance.Id] = lease;
    }

    public Task RenewAsync(ServiceInstance instance)
    {
        var lease = _leases[instance.Id];
        var answer = _renewing[lease] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _renewals.Writer.TryWrite(new LeaseKeepAliveRequest { Id = lease });
        return answer.Task;
    }

    public async Task ListenAsync(string service, Action onEvent)
    {
        _created = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var keys = new ServiceKeys(Prefix, service);
        _watches.Writer.TryWrite(new WatchRequest { Create = new WatchCreateRequest { Key = keys.First, RangeEnd = keys.End } });
        _listeners[await _created.Task] = onEvent;
    }

    public async ValueTask DisposeAsync()
    {
        await _renewalStream.DisposeAsync();
        await _watchStream.DisposeAsync();
        _link.Dispose();
        _handler.Dispose();
    }

    private async Task ReadRenewalsAsync()
    {
        while (true)
        {
            var answer = await _renewalStream.ReadAsync();
            if (_renewing.TryRemove(answer.Id, out var waiting)) waiting.SetResult();
        }
    }

    private async Task ReadWatchesAsync()
    {
        while (true)
        {
            var news = await _watchStream.ReadAsync();
            if (news.Created) _created.TrySetResult(news.WatchId);
            else if (_listeners.TryGetValue(news.WatchId, out var listener)) listener();
        }
    }
}
