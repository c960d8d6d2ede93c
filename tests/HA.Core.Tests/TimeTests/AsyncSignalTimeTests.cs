using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

public sealed class AsyncSignalTimeTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Set_WithManyWaiters_WakesAllAndStaysOnTheThread(bool cancellable) => Stage.Run(async stage =>
    {
        using var end = new CancellationTokenSource();
        var signal = new AsyncSignal(stage.Environment);
        var woken = 0;
        var waiters = Enumerable.Range(0, 10).Select(_ => WaitAsync()).ToArray();
        await stage.AdvanceAsync(1);
        signal.Set();
        await stage.AdvanceAsync(1);
        Assert.Equal(10, woken);
        foreach (var waiter in waiters) await waiter;

        async Task WaitAsync()
        {
            await signal.WaitAsync(signal.Version, cancellable ? end.Token : default);
            woken++;
            Assert.Equal(TimeSpan.FromSeconds(1), stage.Now);
        }
    });

    [Fact]
    public void Wait_ForAVersionThatIsPast_ReturnsAtOnce() => Stage.Run(static stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        var seen = signal.Version;
        signal.Set();
        Assert.True(signal.WaitAsync(seen, default).IsCompletedSuccessfully);
        Assert.False(signal.WaitAsync(signal.Version, default).IsCompleted);
        return Task.CompletedTask;
    });

    [Fact]
    public void Set_BetweenLookingAndWaiting_IsNeverLost() => Stage.RunSeeds(50, static async stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        var random = stage.Environment.Random("pauses");
        var state = 0;
        await using var writer = stage.Environment.Spawn("writer", async stop =>
        {
            for (var i = 1; i <= 100; i++)
            {
                await stage.Environment.Time.DelayAsync(random.NextTime(TimeSpan.FromTicks(5)), stop);
                state = i;
                signal.Set();
            }
        });
        var read = 0;
        while (read < 100)
        {
            var seen = signal.Version;
            read = state;
            if (read == 100) break;
            // Whatever is set in this pause must be noticed by the wait.
            await stage.AdvanceAsync(random.NextTime(TimeSpan.FromTicks(7)));
            await signal.WaitAsync(seen, default);
        }

        Assert.Equal(100, read);
    });

    [Fact]
    public void Wait_Cancelled_LeavesTheOthersWaiting() => Stage.Run(static async stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        using var end = new CancellationTokenSource();
        var cancelled = signal.WaitAsync(signal.Version, end.Token);
        var other = signal.WaitAsync(signal.Version, default);
        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(other.IsCompleted);
        signal.Set();
        await other;
    });

    [Fact]
    public void Wait_NobodySets_EndsFalseAtItsTimeAndWithoutAnException() => Stage.Run(static async stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        using var end = new CancellationTokenSource();
        var waiting = signal.WaitAsync(signal.Version, TimeSpan.FromSeconds(3), end.Token);
        await stage.AdvanceAsync(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        await stage.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.False(await waiting);
        Assert.False(await signal.WaitAsync(signal.Version, TimeSpan.Zero, end.Token));
    });

    [Fact]
    public void Wait_SetInTime_EndsTrueAndLeavesNoTimer() => Stage.Run(static async stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        var waiting = signal.WaitAsync(signal.Version, TimeSpan.FromSeconds(3), default);
        var other = signal.WaitAsync(signal.Version, TimeSpan.FromSeconds(1), default);
        await stage.AdvanceAsync(2);
        Assert.False(await other);
        signal.Set();
        Assert.True(await waiting);
        Assert.Equal(0, stage.Simulation.Pump.Pending);
    });

    [Fact]
    public void Wait_CancelledBeforeItsTime_ThrowsAndLeavesNoTimer() => Stage.Run(static async stage =>
    {
        var signal = new AsyncSignal(stage.Environment);
        using var end = new CancellationTokenSource();
        var waiting = signal.WaitAsync(signal.Version, TimeSpan.FromSeconds(3), end.Token);
        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, stage.Simulation.Pump.Pending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signal.WaitAsync(signal.Version, TimeSpan.FromSeconds(3), end.Token));
    });
}
