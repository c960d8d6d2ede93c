using Google.Protobuf;
using HA.Core.Etcd.Grpc;

namespace HA.Core.Etcd;

/// <summary>The transactions. Each compares before it writes, and answers what is there where it does not.</summary>
internal static class EtcdRequests
{
    /// <summary>Writes an entry if its key is as it was read: of that revision, 0 for none. Takes a mark of departure away.</summary>
    internal static TxnRequest Register(ServiceKeys keys, string id, long readRevision, byte[] value, long lease) => new()
    {
        Compare = { new Compare { Key = keys.Instance(id), Target = Compare.Types.Target.Mod, ModRevision = readRevision } },
        Success =
        {
            new RequestOp
            {
                Put = new PutRequest { Key = keys.Instance(id), Value = UnsafeByteOperations.UnsafeWrap(value), Lease = lease },
            },
            new RequestOp { DeleteRange = new DeleteRangeRequest { Key = keys.Departed(id) } },
        },
        Failure = { Read(keys, id) },
    };

    /// <summary>Looks whether an entry is held under a lease.</summary>
    internal static TxnRequest Verify(ServiceKeys keys, string id, long lease) => new()
    {
        Compare = { HeldUnder(keys, id, lease) },
        Failure = { Read(keys, id) },
    };

    /// <summary>Removes an entry that is held under a lease, and marks the departure under another one.</summary>
    internal static TxnRequest Deregister(ServiceKeys keys, string id, long lease, long markLease) => new()
    {
        Compare = { HeldUnder(keys, id, lease) },
        Success =
        {
            new RequestOp { DeleteRange = new DeleteRangeRequest { Key = keys.Instance(id) } },
            new RequestOp { Put = new PutRequest { Key = keys.Departed(id), Lease = markLease } },
        },
        Failure = { Read(keys, id) },
    };

    /// <summary>What a transaction found in place of what it compared with; null if nothing.</summary>
    internal static KeyValue? Found(this TxnResponse response) =>
        response.Responses is [{ Range.Kvs: [var pair, ..] }, ..] ? pair : null;

    private static Compare HeldUnder(ServiceKeys keys, string id, long lease) =>
        new() { Key = keys.Instance(id), Target = Compare.Types.Target.Lease, Lease = lease };

    private static RequestOp Read(ServiceKeys keys, string id) => new() { Range = new RangeRequest { Key = keys.Instance(id) } };
}
