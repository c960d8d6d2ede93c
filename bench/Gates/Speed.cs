using System.Diagnostics;

namespace HA.Core.Bench.Gates;

/// <summary>Nanoseconds of an operation, measured against a control right before and after it.</summary>
internal static class Speed
{
    private const int Bursts = 9;
    private const double BurstMilliseconds = 0.4;

    /// <summary>The ratio of two operations, bursts of both in turn: the least of each is the one that nobody disturbed.</summary>
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
    internal static double RatioOfTwo(Action<int> candidate, Action<int> control)
    {
        int ofCandidate = Length(candidate), ofControl = Length(control);
        double best = double.MaxValue, bestControl = double.MaxValue;
        for (var burst = 0; burst < Bursts; burst++)
        {
            bestControl = Math.Min(bestControl, NanosecondsOfTwo(control, ofControl));
            best = Math.Min(best, NanosecondsOfTwo(candidate, ofCandidate));
        }

        return best / bestControl;
    }

    /// <summary>Nanoseconds of an operation, at best.</summary>
    internal static double Least(Action<int> operation)
    {
        var count = Length(operation);
        return Enumerable.Range(0, Bursts).Min(_ => Nanoseconds(operation, count));
    }

    /// <summary>The same on two threads.</summary>
    internal static double LeastOfTwo(Action<int> operation)
    {
        var count = Length(operation);
        return Enumerable.Range(0, Bursts).Min(_ => NanosecondsOfTwo(operation, count));
    }

    private static double Nanoseconds(Action<int> operation, int count)
    {
        var from = Stopwatch.GetTimestamp();
        operation(count);
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds / count;
    }

    // Both threads meet before each burst, so that neither runs alone.
    private static double NanosecondsOfTwo(Action<int> operation, int count)
    {
        count *= 4;
        var arrived = 0;
        double mine = 0, others = 0;
        var other = new Thread(() =>
        {
            Meet(ref arrived);
            others = Nanoseconds(operation, count);
        });
        other.Start();
        Meet(ref arrived);
        mine = Nanoseconds(operation, count);
        other.Join();
        return Math.Max(mine, others);
    }

    private static void Meet(ref int arrived)
    {
        Interlocked.Increment(ref arrived);
        while (Volatile.Read(ref arrived) < 2) Thread.SpinWait(1);
    }

    // Long enough to measure, short enough to fit between two interruptions; the calls before it warm the code up.
    private static int Length(Action<int> operation)
    {
        for (var count = 16; ; count *= 2)
        {
            var spent = Nanoseconds(operation, count) * count / 1e6;
            if (spent >= BurstMilliseconds) return count;
        }
    }
}
