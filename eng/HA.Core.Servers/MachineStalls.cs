using System.Collections.Concurrent;
using System.Diagnostics;

namespace HA.Core.Servers;

/// <summary>
/// How long the machine kept this process waiting for nothing: a bound in real time is a promise of the code, and on a machine
/// with too much to do it says something only together with this.
/// </summary>
/// <remarks>
/// Asks for ten milliseconds again and again, from the first use on, and adds up what it waits longer: timers, the pool and the
/// processors are all in it, as in every step of what is measured. A quiet machine makes this a few milliseconds a second.
/// Safe for concurrent use.
/// </remarks>
public static class MachineStalls
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentQueue<(long At, TimeSpan Lost)> Seen = new();

    static MachineStalls() => _ = Task.Run(ObserveAsync);

    /// <summary>What was lost in the last so much of time, at most 5 minutes.</summary>
    public static TimeSpan During(TimeSpan last)
    {
        var from = Stopwatch.GetTimestamp() - (long)(last.TotalSeconds * Stopwatch.Frequency);
        return new TimeSpan(Seen.Where(s => s.At >= from).Sum(static s => s.Lost.Ticks));
    }

    /// <summary>Begins to observe, for what is measured later.</summary>
    public static void Observe()
    {
        // The first use of the type does it.
    }

    private static async Task ObserveAsync()
    {
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            await Task.Delay(Nap);
            // A timer is a millisecond or two late on any machine.
            var lost = Stopwatch.GetElapsedTime(asked) - (Nap * 1.5);
            if (lost > TimeSpan.Zero) Seen.Enqueue((Stopwatch.GetTimestamp(), lost));
            while (Seen.TryPeek(out var oldest) && Stopwatch.GetElapsedTime(oldest.At) > Memory) Seen.TryDequeue(out _);
        }
    }
}
