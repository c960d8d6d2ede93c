using System.Runtime.InteropServices;

namespace HA.Core.Health;

/// <summary>What an endpoint's calls have come to: whoever counts them compares with what it was before.</summary>
/// <remarks>
/// One addition for each call: successes and the sum of their latencies share a word, and it is never set back. Alone on its
/// cache lines. Safe for concurrent use, but for <see cref="Take"/>: by one at a time.
/// </remarks>
internal sealed class OutcomeTally
{
    /// <summary>Successes are counted modulo this: 67 million.</summary>
    internal const long CountLimit = 1L << LatencyShift;

    private const int LatencyShift = 26;
    private const ulong LongestMicroseconds = 60_000_000;

    private Words _words;
    private long _takenSuccesses;
    private long _takenFailures;

    /// <summary>Counts a call, and answers how many have succeeded by now.</summary>
    internal long Add(in CallOutcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Success)
        {
            var microseconds = Math.Min((ulong)Math.Max(0, outcome.Latency.Ticks) / TimeSpan.TicksPerMicrosecond, LongestMicroseconds);
            return Interlocked.Add(ref _words.Successes, (long)(microseconds << LatencyShift) + 1) & (CountLimit - 1);
        }

        if (outcome.Kind == OutcomeKind.Failure) Interlocked.Increment(ref _words.Failures);
        return Volatile.Read(ref _words.Successes) & (CountLimit - 1);
    }

    /// <summary>What was counted since it was last asked.</summary>
    internal OutlierSample Take()
    {
        long successes = Volatile.Read(ref _words.Successes), failures = Volatile.Read(ref _words.Failures);
        // The difference of sums is the sum of what came between, whatever carried from one part of the word into the other.
        long grown = successes - _takenSuccesses, failed = failures - _takenFailures;
        (_takenSuccesses, _takenFailures) = (successes, failures);
        var count = grown & (CountLimit - 1);
        var microseconds = (ulong)grown >> LatencyShift;
        return new OutlierSample(count, failed, count == 0 ? 0 : microseconds / 1000.0 / count);
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
