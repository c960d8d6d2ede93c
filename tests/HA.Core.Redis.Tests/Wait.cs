using System.Diagnostics;

namespace HA.Core.Redis.Tests;

/// <summary>Waits for conditions, with a deadline that only a failure meets.</summary>
internal static class Wait
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal static async Task<TimeSpan> UntilAsync(string what, Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < Patience, $"not within {Patience}: {what}");
            await Task.Delay(10);
        }

        return clock.Elapsed;
    }

    internal static Task<TimeSpan> UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));

    /// <summary>How long something takes, whatever it throws.</summary>
    internal static async Task<(TimeSpan Took, Exception? Error)> MeasureAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        var error = await Record.ExceptionAsync(() => action().WaitAsync(Patience));
        return (clock.Elapsed, error);
    }
}
