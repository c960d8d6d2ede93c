using System.Runtime.InteropServices;

namespace HA.Core.Health;

/// <summary>What an endpoint's calls came to since it was last looked at, for comparing it with its peers.</summary>
/// <remarks>
/// One addition for each call: successes and the sum of their latencies share a word. Alone on its cache lines. Safe for
/// concurrent use.
/// </remarks>
internal sealed class OutcomeTally
{
    private const int LatencyShift = 24;
    private const long CountMask = (1L << LatencyShift) - 1;
    private const long LongestMicroseconds = 60_000_000;

    private Words _words;

    internal void Add(in CallOutcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Success)
        {
            var microseconds = Math.Clamp(outcome.Latency.Ticks / TimeSpan.TicksPerMicrosecond, 0, LongestMicroseconds);
            Interlocked.Add(ref _words.Successes, (microseconds << LatencyShift) + 1);
        }
        else if (outcome.Kind == OutcomeKind.Failure)
        {
            Interlocked.Increment(ref _words.Failures);
        }
    }

    /// <summary>Reads it and begins anew.</summary>
    internal OutlierSample Take()
    {
        var successes = Interlocked.Exchange(ref _words.Successes, 0);
        var failures = Interlocked.Exchange(ref _words.Failures, 0);
        var count = successes & CountMask;
        var microseconds = (ulong)successes >> LatencyShift;
        return new OutlierSample(count, failures, count == 0 ? 0 : microseconds / 1000.0 / count);
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Words
    {
        [FieldOffset(128)]
        public long Successes;

        [FieldOffset(136)]
        public long Failures;
    }
}
