namespace HA.Core.Balancing;

/// <summary>A shared, ever-growing turn, alone on its cache line.</summary>
internal sealed class TurnCounter
{
    private PaddedCounter _turn;

    internal TurnCounter(RandomStream random) => _turn.Value = (int)random.NextUInt64();

    internal uint Next() => (uint)Interlocked.Increment(ref _turn.Value);
}
