using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace HA.Core.Simulation.Trace;

/// <summary>Condenses a trace: the SHA-256 of its chunks' SHA-256s, then of its names.</summary>
/// <remarks>A hash of hashes binds every byte as a flat one would, and each byte is hashed once, not twice.</remarks>
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
        SHA256.HashData(records, hash);
        _length += TraceFormat.HashSize;
        _chunks.Add(Convert.ToHexStringLower(hash));
        return hash;
    }

    internal byte[] Total(IReadOnlyList<string> names)
    {
        using var total = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        total.AppendData(_hashes.AsSpan(0, _length));
        Span<byte> size = stackalloc byte[sizeof(int)];
        foreach (var name in names)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32LittleEndian(size, bytes.Length);
            total.AppendData(size);
            total.AppendData(bytes);
        }

        return total.GetHashAndReset();
    }
}
