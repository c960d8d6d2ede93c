using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace HA.Core.Simulation.Trace;

/// <summary>Reads a trace's file back, record by record, and believes nothing it has not checked.</summary>
/// <remarks>Holds one chunk in memory, whatever the file claims. Not safe for concurrent use.</remarks>
public sealed class TraceReader
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TraceRecord[] _chunk = new TraceRecord[TraceFormat.ChunkRecords];
    private readonly byte[] _scratch = new byte[TraceFormat.MaxNameBytes];
    private readonly List<string> _names = [];
    private readonly TraceDigest _digest = new();
    private readonly Stream _input;
    private long _offset;
    private long _lastTime;
    private int _used;
    private int _next;
    private bool _short;
    private bool _ended;

    /// <summary>Reads the header.</summary>
    /// <param name="input">The file. It is not closed.</param>
    /// <exception cref="InvalidDataException">It is not a trace, or one of another version.</exception>
    public TraceReader(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TraceFormat.RequireLittleEndian();
        _input = input;
        if (ReadUInt64() != TraceFormat.Magic) throw Bad("it does not begin like a trace");
        var version = ReadUInt32();
        if (version != TraceFormat.Version)
            throw Bad($"its version is {version}, this reader knows {TraceFormat.Version}");
        if (ReadUInt32() != TraceFormat.RecordSize) throw Bad($"its records are not of {TraceFormat.RecordSize} bytes");
        Seed = ReadUInt64();
    }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>Records read so far.</summary>
    public long Count { get; private set; }

    /// <summary>The trace's hash in lower-case hex, checked; null until the last record has been read.</summary>
    public string? Hash { get; private set; }

    /// <summary>The next record; false after the last one.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or cut short; the message tells where.</exception>
    public bool TryRead(out TraceRecord record)
    {
        while (_next == _used && !_ended) ReadBlock();
        if (_ended)
        {
            record = default;
            return false;
        }

        record = _chunk[_next++];
        if (record.Time < _lastTime) throw Bad($"record {Count} lies before its predecessor in time");
        _lastTime = record.Time;
        Count++;
        return true;
    }

    /// <summary>
    /// The name of a number in a record; <c>-</c> for nobody, <c>#17</c> for a number without a name.
    /// </summary>
    public string NameOf(int number) => number switch
    {
        -1 => "-",
        >= 0 when number < _names.Count => _names[number],
        _ => $"#{number}",
    };

    private void ReadBlock()
    {
        switch (ReadUInt32())
        {
            case TraceFormat.NameTag: ReadName(); break;
            case TraceFormat.ChunkTag: ReadChunk(); break;
            case TraceFormat.EndTag: ReadEnd(); break;
            default: throw Bad("there is no such kind of block");
        }
    }

    private void ReadName()
    {
        if (ReadUInt32() != (uint)_names.Count || _names.Count >= TraceFormat.MaxNames)
            throw Bad("a name has a wrong number");
        var length = ReadUInt32();
        if (length > TraceFormat.MaxNameBytes) throw Bad($"a name of {length} bytes is too long");
        var bytes = _scratch.AsSpan(0, (int)length);
        ReadExactly(bytes);
        try
        {
            _names.Add(StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw Bad("a name is not UTF-8");
        }
    }

    private void ReadChunk()
    {
        var count = ReadUInt32();
        if (count is 0 or > TraceFormat.ChunkRecords) throw Bad($"a chunk cannot have {count} records");
        if (_short) throw Bad("a chunk follows one that was not full");
        _short = count < TraceFormat.ChunkRecords;
        var bytes = MemoryMarshal.AsBytes(_chunk.AsSpan(0, (int)count));
        ReadExactly(bytes);
        var hash = _digest.Add(bytes);
        RequireHash(hash, "a chunk's bytes do not agree with their hash");
        (_next, _used) = (0, (int)count);
    }

    private void ReadEnd()
    {
        if (ReadUInt64() != (ulong)Count) throw Bad($"it ends after {Count} records but claims another number");
        if (ReadUInt32() != (uint)_names.Count)
            throw Bad($"it ends after {_names.Count} names but claims another number");
        var hash = _digest.Total(_names);
        RequireHash(hash, "its hash does not agree with its records and names");
        if (_input.ReadByte() >= 0) throw Bad("something follows the end");
        Hash = Convert.ToHexStringLower(hash);
        _ended = true;
    }

    private void RequireHash(ReadOnlySpan<byte> expected, string complaint)
    {
        Span<byte> stored = stackalloc byte[TraceFormat.HashSize];
        ReadExactly(stored);
        if (!stored.SequenceEqual(expected)) throw Bad(complaint);
    }

    private uint ReadUInt32()
    {
        ReadExactly(_scratch.AsSpan(0, sizeof(uint)));
        return BinaryPrimitives.ReadUInt32LittleEndian(_scratch);
    }

    private ulong ReadUInt64()
    {
        ReadExactly(_scratch.AsSpan(0, sizeof(ulong)));
        return BinaryPrimitives.ReadUInt64LittleEndian(_scratch);
    }

    private void ReadExactly(Span<byte> target)
    {
        var read = _input.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _offset += read;
        if (read < target.Length) throw Bad("it is cut short");
    }

    private InvalidDataException Bad(string complaint) =>
        new($"The trace cannot be read (at byte {_offset}): {complaint}.");
}
