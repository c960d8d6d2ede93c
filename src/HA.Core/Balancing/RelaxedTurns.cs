using System.Runtime.CompilerServices;

namespace HA.Core.Balancing;

/// <summary>Turns that each thread takes from a shared counter in blocks, and then one by one without sharing anything.</summary>
/// <remarks>
/// A thread goes on with its block where it left it, also when it used other counters meanwhile; it remembers so many of them.
/// One that comes anew begins somewhere within a block: the first turn of one block after the other would be the same endpoint for
/// ever if their number divides a block.
/// </remarks>
internal sealed class RelaxedTurns
{
    /// <summary>Turns in a block.</summary>
    internal const uint BlockLength = 64;

    /// <summary>Counters that a thread remembers besides the one that it used last.</summary>
    internal const int Remembered = 7;

    private static int _lastId;

    private readonly uint _id = (uint)Interlocked.Increment(ref _lastId);
    private PaddedCounter _blocks;

    internal RelaxedTurns(RandomStream random) => _blocks.Value = (int)random.NextUInt64();

    // The id of the counter, and below it the turn to come; a block is used up where the next would begin. A simulation has a
    // thread of its own, and ids are only compared, so nothing leaks from one simulation into another.
#pragma warning disable RS0030
    [ThreadStatic]
    private static ulong _next;

    [ThreadStatic]
    private static Others _others;
#pragma warning restore RS0030

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Next()
    {
        var next = _next;
        if (next >> 32 != _id) return Resume(next);
        if (next % BlockLength == 0) next = Begin();
        _next = next + 1;
        return (uint)next;
    }

    // Who was used last moves to the front, and the others back to the place of this one, or until the last is forgotten. By
    // use alone, never by id: ids differ from run to run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Resume(ulong last)
    {
        ref var others = ref _others;
        for (var i = 0; i < Remembered; i++)
        {
            (last, others[i]) = (others[i], last);
            if (last >> 32 != _id) continue;
            if (last % BlockLength == 0) last = Begin();
            _next = last + 1;
            return (uint)last;
        }

        last = Begin();
        // Anywhere in the block, by its number.
        last += (uint)last / BlockLength * 0x9E3779B9u >> 26;
        _next = last + 1;
        return (uint)last;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong Begin() => ((ulong)_id << 32) | ((uint)Interlocked.Increment(ref _blocks.Value) * BlockLength);

    [InlineArray(Remembered)]
    private struct Others
    {
        private ulong _first;
    }
}
