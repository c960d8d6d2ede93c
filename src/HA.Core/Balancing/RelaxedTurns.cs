using System.Runtime.CompilerServices;

namespace HA.Core.Balancing;

/// <summary>Turns that each thread takes from a shared counter in blocks, and then one by one without sharing anything.</summary>
/// <remarks>
/// A thread remembers its block of the counter that it used last. One that goes back and forth between counters takes single
/// turns from each, as from a <see cref="TurnCounter"/>: the first turn of one block after the other would be the same endpoint
/// for ever if their number divides a block.
/// </remarks>
internal sealed class RelaxedTurns
{
    /// <summary>Turns in a block.</summary>
    internal const uint BlockLength = 64;

    private static int _lastId;

    private readonly uint _id = (uint)Interlocked.Increment(ref _lastId);
    private PaddedCounter _blocks;
    private PaddedCounter _single;

    internal RelaxedTurns(RandomStream random) => _blocks.Value = _single.Value = (int)random.NextUInt64();

    // The id of the counter, and below it the turn to come; a block is used up, or not begun, where the next would begin. A simulation has
    // one thread of its own, and ids are only compared, so nothing leaks from one simulation into another.
#pragma warning disable RS0030
    [ThreadStatic]
    private static ulong _next;
#pragma warning restore RS0030

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Next()
    {
        var next = _next;
        if (next >> 32 != _id) return Single();
        if (next % BlockLength == 0) next = Begin();
        _next = next + 1;
        return (uint)next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Single()
    {
        _next = (ulong)_id << 32;
        return (uint)Interlocked.Increment(ref _single.Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong Begin() => ((ulong)_id << 32) | ((uint)Interlocked.Increment(ref _blocks.Value) * BlockLength);
}
