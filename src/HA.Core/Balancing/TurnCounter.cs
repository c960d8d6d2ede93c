using System.Runtime.InteropServices;

namespace HA.Core.Balancing;

/// <summary>A shared, ever-growing turn, alone on its cache line.</summary>
internal sealed class TurnCounter
{
    private Padded _turn;

    internal TurnCounter(RandomStream random) => _turn.Value = (int)random.NextUInt64();

    internal uint Next() => (uint)Interlocked.Increment(ref _turn.Value);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Padded
    {
        [FieldOffset(128)]
        public int Value;
    }
}
