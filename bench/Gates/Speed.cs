using System.Diagnostics;

namespace HA.Core.Bench.Gates;

/// <summary>Nanoseconds of an operation, measured against a control right before and after it.</summary>
/// <remarks>
/// Many short bursts of both in turn, and the least of each: what others on the machine do makes a burst longer, never
/// shorter, and one that is short enough is sometimes left alone.
/// </remarks>
internal static class Speed
{
    private const int Bursts = 30;
    private const int MostBurstsOfTwo = 150;
    private const double BurstMilliseconds = 0.12;
    private const int Handshakes = 8;

    /// <summary>The ratio of two operations.</summary>
    internal static double Ratio(Action<int> candidate, Action<int> control)
    {
        int ofCandidate = Length(candidate), ofControl = Length(control);
        double best = double.MaxValue, bestControl = double.MaxValue;
        for (var burst = 0; burst < Bursts; burst++)
        {
            bestControl = Math.Min(bestControl, Nanoseconds(control, ofControl));
            best = Math.Min(best, Nanoseconds(candidate, ofCandidate));
        }

        return best / bestControl;
    }

    /// <summary>The same on two threads that share what they use; nanoseconds for each thread's operation.</summary>
    internal static double RatioOfTwo(Action<int> candidate, Action<int> control) => LeastOfTwo(candidate) / LeastOfTwo(control);

    /// <summary>Nanoseconds of an operation, at best.</summary>
    internal static double Least(Action<int> operation)
    {
        var count = Length(operation);
        return Enumerable.Range(0, Bursts).Min(_ => Nanoseconds(operation, count));
    }

    /// <summary>The same on two threads; infinite if they never ran at the same time.</summary>
    internal static double LeastOfTwo(Action<int> operation)
    {
        var count = Length(operation);
        var best = double.PositiveInfinity;
        for (int burst = 0, good = 0; burst < MostBurstsOfTwo && good < Bursts; burst++)
        {
            if (NanosecondsOfTwo(operation, count) is not { } pair) continue;
            best = Math.Min(best, pair);
            good++;
        }

        return best;
    }

    // What it uses is fetched into the caches first.
    private static double Nanoseconds(Action<int> operation, int count)
    {
        operation(count / 4);
        var from = Stopwatch.GetTimestamp();
        operation(count);
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds / count;
    }

    // Null if one of the threads had to wait for a processor: then the other was alone.
    private static double? NanosecondsOfTwo(Action<int> operation, int count)
    {
        var hands = 0;
        long begin = 0, end = 0;
        var thread = new Thread(() =>
        {
            Shake(ref hands, 1);
            begin = Stopwatch.GetTimestamp();
            operation(count);
            end = Stopwatch.GetTimestamp();
        });
        thread.Start();
        Shake(ref hands, 0);
        var from = Stopwatch.GetTimestamp();
        operation(count);
        var to = Stopwatch.GetTimestamp();
        thread.Join();
        var longer = Math.Max(to - from, end - begin);
        var shared = Math.Min(to, end) - Math.Max(from, begin);
        return shared > longer * 0.9 ? longer * 1e9 / Stopwatch.Frequency / count : null;
    }

    // Each answers the other several times: both are on a processor then.
    private static void Shake(ref int hands, int parity)
    {
        for (var turn = parity; turn < Handshakes; turn += 2)
        {
            while (Volatile.Read(ref hands) != turn) Thread.SpinWait(1);
            Volatile.Write(ref hands, turn + 1);
        }
    }

    // Long enough to measure, short enough to fit between two interruptions.
    private static int Length(Action<int> operation)
    {
        for (var count = 16; ; count *= 2)
        {
            var spent = Nanoseconds(operation, count) * count / 1e6;
            if (spent >= BurstMilliseconds) return count;
        }
    }
}
