using HA.Core.Time;

namespace HA.Core.Tests.TimeTests;

public sealed class SpawnedLoopTimeTests
{
    [Fact]
    public void Stop_FromInside_DoesNotRunTheCallersContinuations() => Stage.Run(static async stage =>
    {
        var order = new List<string>();
        var loop = stage.Environment.Spawn("loop", async stop =>
        {
            try
            {
                await stage.Environment.Time.DelayAsync(TimeSpan.FromHours(1), stop);
            }
            finally
            {
                order.Add("loop ends");
            }
        });
        await stage.AdvanceAsync(1);
        loop.Stop();
        loop.Stop();
        order.Add("stop returned");
        await loop.Completion;
        Assert.Equal(["stop returned", "loop ends"], order);
        Assert.True(loop.HasEnded);
    });

    [Fact]
    public void Completion_ManyWaiters_AllHearOfIt() => Stage.Run(static async stage =>
    {
        var loop = stage.Environment.Spawn("loop", stop => stage.Environment.Time.DelayAsync(TimeSpan.FromSeconds(5), stop).AsTask());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            await loop.Completion;
            Assert.Equal(TimeSpan.FromSeconds(5), stage.Now);
        }));
        await loop.DisposeAsync();
    });

    [Fact]
    public void Stopped_BeforeItBegan_NeverRuns() => Stage.Run(static async stage =>
    {
        var ran = false;
        var loop = stage.Environment.Spawn("loop", _ =>
        {
            ran = true;
            return Task.CompletedTask;
        });
        await loop.DisposeAsync();
        Assert.True(loop.HasEnded);
        Assert.False(ran && stage.Now > TimeSpan.Zero);
    });

    [Fact]
    public void Deadline_IsExactAndTellsWhoCancelled() => Stage.Run(static async stage =>
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new Deadline(stage.Environment.Time, TimeSpan.FromTicks(12345), caller.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await stage.Environment.Time.DelayAsync(TimeSpan.FromDays(1), deadline.Token));
        Assert.Equal(12345, stage.Now.Ticks);
        Assert.True(deadline.IsExpired);

        using var second = new Deadline(stage.Environment.Time, TimeSpan.FromHours(1), caller.Token);
        caller.Cancel();
        Assert.True(second.Token.IsCancellationRequested);
        Assert.False(second.IsExpired);
    });
}
