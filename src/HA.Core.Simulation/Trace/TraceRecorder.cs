using System.Runtime.InteropServices;

namespace HA.Core.Simulation.Trace;

/// <summary>Takes down what happens: as a hash that two runs can be compared by, and as a file if asked.</summary>
/// <remarks>
/// Recording copies 32 bytes and allocates nothing; every 2 048 records (64 KiB) are hashed and written together. The
/// hashes of these chunks tell where two runs part without keeping either. Not safe for concurrent use.
/// </remarks>
public sealed class TraceRecorder
{
    private readonly TraceRecord[] _buffer = new TraceRecord[TraceFormat.ChunkRecords];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly TraceDigest _digest = new();
    private readonly TraceWriter? _writer;
    private int _used;
    private int _namesWritten;
    private long _lastTime;
    private string? _hash;

    /// <summary>Begins a trace.</summary>
    /// <param name="seed">Goes into the file's header, not into the hash.</param>
    /// <param name="output">Where the file is written, or null. It is not closed.</param>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public TraceRecorder(ulong seed, Stream? output = null)
    {
        TraceFormat.RequireLittleEndian();
        if (output is null) return;
        _writer = new TraceWriter(output);
        _writer.WriteHeader(seed);
    }

    /// <summary>Records so far.</summary>
    public long Count { get; private set; }

    /// <summary>
    /// XXH128 of each chunk of 2 048 records that is full, or all after <see cref="Complete"/>; lower-case hex.
    /// </summary>
    public IReadOnlyList<string> ChunkHashes => _digest.Chunks;

    /// <summary>The number of a name, given out on first use, from 0.</summary>
    /// <exception cref="ArgumentException">The name takes more than 1 024 bytes of UTF-8.</exception>
    public int Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_numbers.TryGetValue(name, out var number)) return number;
        RequireOpen();
        TraceWriter.RequireName(name, _names.Count);
        _numbers.Add(name, number = _names.Count);
        _names.Add(name);
        return number;
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="InvalidOperationException">
    /// Its time lies before the last one's, or the trace is complete.
    /// </exception>
    public void Record(in TraceRecord record)
    {
        if (record.Time < _lastTime || _hash is not null) Refuse(record.Time);
        _lastTime = record.Time;
        _buffer[_used++] = record;
        Count++;
        if (_used == TraceFormat.ChunkRecords) Flush();
    }

    /// <summary>Ends the trace and gives its hash in lower-case hex. Idempotent.</summary>
    /// <remarks>The hash covers the records and the names, in order.</remarks>
    public string Complete()
    {
        if (_hash is not null) return _hash;
        Flush();
        var hash = _digest.Total(_names);
        _hash = Convert.ToHexStringLower(hash);
        _writer?.WriteEnd(Count, _names.Count, hash);
        return _hash;
    }

    private void Flush()
    {
        // Names first, so that a reader knows them when it meets the records.
        if (_writer is not null)
        {
            for (; _namesWritten < _names.Count; _namesWritten++)
                _writer.WriteName(_namesWritten, _names[_namesWritten]);
        }

        if (_used == 0) return;
        var bytes = MemoryMarshal.AsBytes(_buffer.AsSpan(0, _used));
        var hash = _digest.Add(bytes);
        _writer?.WriteChunk(_used, bytes, hash);
        _used = 0;
    }

    private void Refuse(long time)
    {
        RequireOpen();
        throw new InvalidOperationException($"A record of tick {time} cannot follow one of tick {_lastTime}.");
    }

    private void RequireOpen()
    {
        if (_hash is not null) throw new InvalidOperationException("The trace is complete and takes nothing more.");
    }
}
