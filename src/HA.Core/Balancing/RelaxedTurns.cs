namespace HA.Core.Balancing;

/// <summary>Turns that each thread takes from a shared counter in blocks, and then one by one without sharing anything.</summary>
/// <remarks>
/// A thread remembers its block of the counter that it used last; one that goes back and forth between counters pays for
/// an atomic increment each time, as it would with <see cref="TurnCounter"/>.
/// </remarks>
internal sealed class RelaxedTurns
{
    /// <summary>Turns in a block.</summary>
    internal const uint BlockLength = 64;

    private PaddedCounter _blocks;

    internal RelaxedTurns(RandomStream random) => _blocks.Value = (int)random.NextUInt64();

    // The one place where state hangs on a thread. A simulation has one thread of its own, and a block belongs to one
    // counter, so nothing leaks from one simulation into another.
#pragma warning disable RS0030
    [ThreadStatic]
    private static Block? _block;
#pragma warning restore RS0030

    internal uint Next()
    {
        var block = _block;
        if (block is null || block.Owner != this || (block.Turn & (BlockLength - 1)) == BlockLength - 1) return Begin();
        return ++block.Turn;
    }

    private uint Begin()
    {
        var block = _block ??= new Block();
        block.Owner = this;
        return block.Turn = (uint)Interlocked.Increment(ref _blocks.Value) * BlockLength;
    }

    private sealed class Block
    {
        internal RelaxedTurns? Owner;
        internal uint Turn;
    }
}
