namespace HA.Core.Bench.Gates;

/// <summary>
/// What an outcome has to leave behind, and nothing else: a count in a window of ten parts, a sum for comparing the endpoint
/// with its peers, and a moving average of latencies.
/// </summary>
internal sealed class OutcomeFloor
{
    private const int Parts = 10;
    private const int PartShift = 40;
    private const long TicksOfPart = 1_000_000_000;

    private readonly PaddedWord[] _window = new PaddedWord[Parts];
    private PaddedWord _sum;
    private double _latency;
    private int _failures;

    internal void Record(in CallOutcome outcome)
    {
        if (outcome.Kind != OutcomeKind.Success)
        {
            Interlocked.Increment(ref _failures);
            return;
        }

        if (Volatile.Read(ref _failures) != 0) Volatile.Write(ref _failures, 0);
        double ticks = outcome.Latency.Ticks;
        _latency = ticks > _latency ? ticks : _latency + ((ticks - _latency) * 0.1);
        var part = outcome.EndedAt / TicksOfPart;
        ref var word = ref _window[(int)((ulong)part % Parts)].Value;
        if (Volatile.Read(ref word) >> PartShift == part) Interlocked.Increment(ref word);
        else Volatile.Write(ref word, (part << PartShift) + 1);
        Interlocked.Add(ref _sum.Value, (outcome.Latency.Ticks << 20) + 1);
    }

    private struct PaddedWord
    {
        internal long Value;
    }
}
