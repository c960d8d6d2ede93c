using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace HA.Core.Etcd;

/// <summary>The keys of one service: its instances, and the marks of those that said goodbye.</summary>
internal sealed class ServiceKeys
{
    private readonly string _prefix;
    private readonly string _instances;
    private readonly string _departed;

    internal ServiceKeys(string prefix, string service)
    {
        ServiceInstance.RequireValidService(service);
        _prefix = prefix;
        Service = service;
        // The slash at the end keeps a service whose name begins with this one out of its range.
        var root = $"{prefix}/services/{Uri.EscapeDataString(service)}/";
        _instances = $"{root}instances/";
        _departed = $"{root}departed/";
        First = ByteString.CopyFromUtf8(root);
        End = AfterAll(First);
    }

    internal string Service { get; }

    /// <summary>Where the range of all keys of the service begins.</summary>
    internal ByteString First { get; }

    /// <summary>The first key behind that range.</summary>
    internal ByteString End { get; }

    internal ByteString Instance(string id) => ByteString.CopyFromUtf8(_instances + Uri.EscapeDataString(id));

    internal ByteString Departed(string id) => ByteString.CopyFromUtf8(_departed + Uri.EscapeDataString(id));

    /// <summary>The id that a key is about; null if it is none of ours.</summary>
    internal string? IdOf(ByteString key, out bool isInstance)
    {
        var text = key.ToStringUtf8();
        isInstance = text.StartsWith(_instances, StringComparison.Ordinal);
        if (!isInstance && !text.StartsWith(_departed, StringComparison.Ordinal)) return null;
        var segment = text[(isInstance ? _instances : _departed).Length..];
        var id = Uri.UnescapeDataString(segment);
        // One id has one key.
        return Uri.EscapeDataString(id) == segment && ServiceInstance.IsValidId(id) ? id : null;
    }

    /// <summary>
    /// The lease under which an owner holds an id: the same at every attempt, and nobody else's. So a grant can be repeated
    /// without leaving a lease behind, and a write that comes after the goodbye finds its lease gone and is refused.
    /// </summary>
    /// <param name="id">Id of the instance.</param>
    /// <param name="owner">Who registers.</param>
    /// <param name="turn">0, unless a lease of the owner lives on that is too short.</param>
    internal long LeaseOf(string id, string owner, int turn)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{turn}\0{_prefix}\0{Service}\0{id}\0{owner}"));
        // Negative ones are mishandled by older servers, and 0 stands for none.
        return Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue);
    }

    private static ByteString AfterAll(ByteString prefix)
    {
        var end = prefix.ToByteArray();
        end[^1]++;
        return ByteString.CopyFrom(end);
    }
}
