using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace HA.Core.Simulation.Trace;

/// <summary>Condenses a trace: the XXH128 (Collet 2020) of its chunks' XXH128s, then of its names.</summary>
/// <remarks>
/// A hash of hashes binds every byte as a flat one would, and each byte is hashed once, not twice. It tells runs that differ by
/// accident; nobody has a reason to make two that look alike, so it need not be a cryptographic one, which took a tenth of a run.
/// </remarks>
internal sealed class TraceDigest
{
    private readonly List<string> _chunks = [];
    private byte[] _hashes = new byte[1024];
    private int _length;

    internal IReadOnlyList<string> Chunks => _chunks;

    /// <summary>Takes in the next chunk and gives its hash, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Add(ReadOnlySpan<byte> records)
    {
        if (_hashes.Length - _length < TraceFormat.HashSize) Array.Resize(ref _hashes, _hashes.Length * 2);
        var hash = _hashes.AsSpan(_length, TraceFormat.HashSize);
        XxHash128.Hash(records, hash);
        _length += TraceFormat.HashSize;
        _chunks.Add(Convert.ToHexStringLower(hash));
        return hash;
    }

    internal byte[] Total(IReadOnlyList<string> names)
    {
        var total = new XxHash128();
        total.Append(_hashes.AsSpan(0, _length));
        Span<byte> size = stackalloc byte[sizeof(int)];
        foreach (var name in names)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32LittleEndian(size, bytes.Length);
            total.Append(size);
            total.Append(bytes);
        }

        return total.GetCurrentHash();
    }
}
