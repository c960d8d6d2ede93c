using System.Runtime.InteropServices;

namespace HA.Core.Simulation.Trace;

/// <summary>One thing that happened: 32 bytes without padding, hashed and stored as they are in memory.</summary>
/// <param name="Time">Ticks of 100 ns since the start.</param>
/// <param name="Call">Number of the call, or 0.</param>
/// <param name="Entity">Who: a number from <see cref="TraceRecorder.Name"/>, or -1.</param>
/// <param name="Other">To whom: a number from <see cref="TraceRecorder.Name"/>, or -1.</param>
/// <param name="Kind">What happened; decides what the other fields mean.</param>
/// <param name="Code">A detail.</param>
/// <param name="Value">A number.</param>
[StructLayout(LayoutKind.Explicit, Size = TraceFormat.RecordSize)]
public readonly record struct TraceRecord(
    [field: FieldOffset(0)] long Time,
    [field: FieldOffset(8)] ulong Call,
    [field: FieldOffset(16)] int Entity,
    [field: FieldOffset(20)] int Other,
    [field: FieldOffset(24)] TraceKind Kind,
    [field: FieldOffset(26)] short Code,
    [field: FieldOffset(28)] int Value);
