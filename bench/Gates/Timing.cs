using System.Diagnostics;

namespace HA.Core.Bench.Gates;

/// <summary>How long operations take, one compared with another in the same moments.</summary>
/// <remarks>
/// Many short bursts in turn, and the best of each: whatever else the machine does makes a burst longer, never shorter, and
/// one that is short enough is sometimes left alone.
/// </remarks>
internal static class Timing
{
    private const int Bursts = 300;
    private const int Operations = 200;
    private const int PairedBursts = 60;
    private const int PairedOperations = 1_000;

    /// <summary>The time of the candidate for each time of the control.</summary>
    internal static double Ratio(Action candidate, Action control)
    {
        double best = double.MaxValue, bestControl = double.MaxValue;
        for (var burst = 0; burst < Bursts; burst++)
        {
            bestControl = Math.Min(bestControl, Burst(control, Operations).Length);
            best = Math.Min(best, Burst(candidate, Operations).Length);
        }

        return best / bestControl;
    }

    /// <summary>The time of an operation on each of two threads at once for each time of it on one alone.</summary>
    internal static double TwoThreads(Action operation)
    {
        double alone = double.MaxValue, together = double.MaxValue;
        for (var burst = 0; burst < PairedBursts; burst++)
        {
            alone = Math.Min(alone, Burst(operation, PairedOperations).Length);
            if (BurstTogether(operation) is { } pair) together = Math.Min(together, pair);
        }

        // They never ran at the same time: nothing is known, and nothing is promised to hold.
        return together == double.MaxValue ? double.PositiveInfinity : together / alone;
    }

    private static Span Burst(Action operation, int operations)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < operations; i++) operation();
        return new Span(start, Stopwatch.GetTimestamp());
    }

    // Null if one of the threads had to wait for a processor: then the other was alone.
    private static double? BurstTogether(Action operation)
    {
        var ready = 0;
        Span other = default;
        var thread = new Thread(() =>
        {
            Meet(ref ready);
            other = Burst(operation, PairedOperations);
        });
        thread.Start();
        Meet(ref ready);
        var own = Burst(operation, PairedOperations);
        thread.Join();
        double longer = Math.Max(own.Length, other.Length);
        var shared = Math.Min(own.End, other.End) - Math.Max(own.Start, other.Start);
        return shared > longer * 0.8 ? longer : null;
    }

    private static void Meet(ref int ready)
    {
        Interlocked.Increment(ref ready);
        while (Volatile.Read(ref ready) < 2) Thread.SpinWait(1);
    }

    private readonly record struct Span(long Start, long End)
    {
        internal long Length => End - Start;
    }
}
