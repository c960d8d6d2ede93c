namespace HA.Core.Simulation.Trace;

/// <summary>The file format of a trace; all numbers are little-endian.</summary>
/// <remarks>
/// Header: magic (8 bytes), version, size of a record (4 each), seed (8). Then blocks, each after a tag of 4 bytes.
/// Name: number (4), length (4), UTF-8; stands before the first chunk that uses it.
/// Chunk: count (4), records, XXH128 of the records (16); all but the last hold <see cref="ChunkRecords"/>.
/// End: records (8), names (4), hash of the trace (16); nothing follows.
/// </remarks>
internal static class TraceFormat
{
    internal const int RecordSize = 32;
    internal const int ChunkRecords = 2048;
    internal const int HashSize = 16;
    internal const int MaxNameBytes = 1024;
    internal const int MaxNames = 1 << 20;
    internal const int HeaderSize = 24;
    internal const uint Version = 2;

    // "HA", then bytes that text-mode transfers break, as in PNG's signature.
    internal const ulong Magic = 0x0A1A_0A0D_4352_4148;

    internal const uint NameTag = 0x454D_414E;
    internal const uint ChunkTag = 0x4B4E_4843;
    internal const uint EndTag = 0x2144_4E45;

    // Records are hashed and stored as they are in memory.
    internal static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Traces need a little-endian machine.");
    }
}
