using System.Diagnostics;

namespace HA.Core.Bench.Registry;

/// <summary>How long each of many operations took, and all of them together.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];
    private double _seconds;

    internal double PerSecond => _milliseconds.Count / _seconds;

    internal void Add(double milliseconds) => _milliseconds.Add(milliseconds);

    /// <summary>Does something for each, so many at a time.</summary>
    internal async Task MeasureAsync<T>(IReadOnlyList<T> items, int lanes, Func<T, Task> operation)
    {
        var took = new double[items.Count];
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < items.Count)
            {
                var begun = Stopwatch.GetTimestamp();
                await operation(items[i]);
                took[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        _seconds += clock.Elapsed.TotalSeconds;
        _milliseconds.AddRange(took);
    }

    internal double At(double share)
    {
        _milliseconds.Sort();
        return _milliseconds[(int)Math.Min(_milliseconds.Count - 1, share * _milliseconds.Count)];
    }
}
