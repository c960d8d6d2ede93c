using Google.Protobuf;

namespace HA.Core.Etcd.Grpc;

/// <summary>One procedure of a gRPC service.</summary>
internal sealed record GrpcMethod<TRequest, TResponse>(string Path, MessageParser<TResponse> Parser)
    where TRequest : IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>;

/// <summary>The procedures of etcd that are used here.</summary>
internal static class EtcdMethods
{
    internal static readonly GrpcMethod<RangeRequest, RangeResponse> Range = new("/etcdserverpb.KV/Range", RangeResponse.Parser);
    internal static readonly GrpcMethod<TxnRequest, TxnResponse> Txn = new("/etcdserverpb.KV/Txn", TxnResponse.Parser);
    internal static readonly GrpcMethod<WatchRequest, WatchResponse> Watch = new("/etcdserverpb.Watch/Watch", WatchResponse.Parser);

    internal static readonly GrpcMethod<LeaseGrantRequest, LeaseGrantResponse> Grant =
        new("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser);

    internal static readonly GrpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> Revoke =
        new("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser);

    internal static readonly GrpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> KeepAlive =
        new("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser);

    internal static readonly GrpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =
        new("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser);
}
