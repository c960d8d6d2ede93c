using System.Diagnostics;

namespace HA.Core.Servers;

/// <summary>Waits for conditions, with a deadline that only a failure meets.</summary>
public static class Wait
{
    // A Consul agent that failed to tell its servers of a change tells them at its next full comparison: 15 to 30 s later if
    // that failed as well, one to two minutes later if not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);

    /// <summary>Waits until something holds, and answers how long that took.</summary>
    /// <param name="what">What is waited for, for people.</param>
    /// <param name="holds">Asked again and again.</param>
    /// <param name="limit">How long to wait; 150 s when null.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task<TimeSpan> UntilAsync(string what, Func<Task<bool>> holds, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            if (clock.Elapsed > (limit ?? Patience)) throw new TimeoutException($"Not within {limit ?? Patience}: {what}.");
            await Task.Delay(10);
        }

        return clock.Elapsed;
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}}, TimeSpan?)"/>
    public static Task<TimeSpan> UntilAsync(string what, Func<bool> holds, TimeSpan? limit = null) =>
        UntilAsync(what, () => Task.FromResult(holds()), limit);

    /// <summary>How long something takes, whatever it throws.</summary>
    public static async Task<(TimeSpan Took, Exception? Error)> MeasureAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            await action().WaitAsync(Patience);
            return (clock.Elapsed, null);
        }
        catch (Exception e)
        {
            return (clock.Elapsed, e);
        }
    }
}
