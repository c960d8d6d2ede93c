using System.Buffers.Binary;
using System.Text;

namespace HA.Core.Simulation.Trace;

/// <summary>Puts the parts of <see cref="TraceFormat"/> on a stream.</summary>
internal sealed class TraceWriter(Stream output)
{
    private readonly byte[] _scratch = new byte[TraceFormat.HeaderSize];

    /// <summary>Refuses what a reader would refuse.</summary>
    internal static void RequireName(string name, int number)
    {
        if (Encoding.UTF8.GetByteCount(name) > TraceFormat.MaxNameBytes)
            throw new ArgumentException($"It takes more than {TraceFormat.MaxNameBytes} bytes of UTF-8.", nameof(name));
        if (number >= TraceFormat.MaxNames)
            throw new InvalidOperationException($"A trace has at most {TraceFormat.MaxNames} names: name no calls.");
    }

    internal void WriteHeader(ulong seed)
    {
        Write(TraceFormat.Magic);
        Write(TraceFormat.Version);
        Write((uint)TraceFormat.RecordSize);
        Write(seed);
    }

    internal void WriteName(int number, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        Write(TraceFormat.NameTag);
        Write((uint)number);
        Write((uint)bytes.Length);
        output.Write(bytes);
    }

    internal void WriteChunk(int count, ReadOnlySpan<byte> records, ReadOnlySpan<byte> hash)
    {
        Write(TraceFormat.ChunkTag);
        Write((uint)count);
        output.Write(records);
        output.Write(hash);
    }

    internal void WriteEnd(long records, int names, ReadOnlySpan<byte> hash)
    {
        Write(TraceFormat.EndTag);
        Write((ulong)records);
        Write((uint)names);
        output.Write(hash);
        output.Flush();
    }

    private void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_scratch, value);
        output.Write(_scratch, 0, sizeof(uint));
    }

    private void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_scratch, value);
        output.Write(_scratch, 0, sizeof(ulong));
    }
}
