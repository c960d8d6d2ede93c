using System.Diagnostics;
using HA.Core.Http;

namespace HA.Core.Sim.Live;

/// <summary>Calls that arrive whether or not earlier ones have been answered.</summary>
internal sealed class LiveTraffic(HaServiceClient client, LiveObserver observer, double rate, ulong seed)
{
    private const int WarmUpCalls = 50;

    // In seconds.
    private const double MaxBacklog = 0.25;

    private readonly Random _random = new(unchecked((int)(seed ^ (seed >> 32))));
    private readonly List<Task> _open = [];
    private int _number;

    /// <summary>
    /// Makes a few calls one after the other: both sides compile their code and connect before calls arrive in numbers.
    /// </summary>
    internal async Task WarmUpAsync()
    {
        for (var i = 0; i < WarmUpCalls; i++) await CallAsync(++_number);
    }

    /// <summary>Makes calls until told to stop, then waits for the answers.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        var startedAt = Stopwatch.GetTimestamp();
        var next = 0.0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!stop.IsCancellationRequested)
        {
            // A timer that comes late is made up for, so that calls keep their rate on a busy machine; a machine that stood
            // still is not asked for all it missed at once.
            var now = Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
            next = Math.Max(next, now - MaxBacklog);
            for (; next <= now; next += -Math.Log(1 - _random.NextDouble()) / rate) _open.Add(CallAsync(++_number));
            _open.RemoveAll(static c => c.IsCompleted);
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(_open);
    }

    private async Task CallAsync(int number)
    {
        var startedAt = Stopwatch.GetTimestamp();
        string? error = null;
        try
        {
            var order = await client.GetAsync(LiveInstance.Service, $"orders/{number}", LiveJson.Default.Order);
            if (order?.Id != number) error = $"order {number} was answered with {order}";
        }
        catch (Exception e)
        {
            // Whatever it is, the caller got it instead of an answer.
            error = $"{e.GetType().Name}: {e.Message}";
        }

        observer.CallEnded(Stopwatch.GetElapsedTime(startedAt), error);
    }
}
