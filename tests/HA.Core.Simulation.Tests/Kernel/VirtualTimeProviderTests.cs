using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class VirtualTimeProviderTests
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    [Fact]
    public void Clock_AtStartAndLater_ShowsEpochPlusElapsed() => Simulator.Run(1, static async sim =>
    {
        Assert.Equal(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), sim.Time.GetUtcNow());
        var start = sim.Time.GetTimestamp();

        await sim.DelayAsync(TimeSpan.FromTicks(12_345_678));

        Assert.Equal(TimeSpan.FromTicks(12_345_678), sim.Time.GetElapsedTime(start));
        Assert.Equal(VirtualTimeProvider.Epoch.AddTicks(12_345_678), sim.Time.GetUtcNow());
        Assert.Equal(TimeZoneInfo.Utc, sim.Time.LocalTimeZone);
    });

    [Fact]
    public void Timer_DueTime_FiresOnceToTheTick() => Simulator.Run(1, static async sim =>
    {
        var fired = new List<long>();
        await using var timer = sim.Time.CreateTimer(
            _ => fired.Add(sim.Pump.Now), null, TimeSpan.FromTicks(4321), Never);

        await sim.DelayAsync(TimeSpan.FromSeconds(1));

        Assert.Equal([4321L], fired);
    });

    [Fact]
    public void Timer_Period_DoesNotDrift() => Simulator.Run(1, static async sim =>
    {
        var fired = new List<long>();
        await using var timer = sim.Time.CreateTimer(
            _ => fired.Add(sim.Pump.Now), null, TimeSpan.FromTicks(5), TimeSpan.FromTicks(7));

        await sim.DelayAsync(TimeSpan.FromTicks(30));

        Assert.Equal([5L, 12L, 19L, 26L], fired);
    });

    [Fact]
    public void Timer_ChangeInItsCallback_Obeys() => Simulator.Run(1, static async sim =>
    {
        var fired = new List<long>();
        ITimer? timer = null;
        timer = sim.Time.CreateTimer(
            _ =>
            {
                fired.Add(sim.Pump.Now);
                timer!.Change(fired.Count < 3 ? TimeSpan.FromTicks(100) : Never, Never);
            },
            null,
            TimeSpan.FromTicks(1),
            TimeSpan.FromTicks(1));

        await sim.DelayAsync(TimeSpan.FromTicks(1000));

        Assert.Equal([1L, 101L, 201L], fired);
    });

    [Fact]
    public void Timer_Disposed_NeverFiresAndRefusesChange() => Simulator.Run(1, static async sim =>
    {
        var timer = sim.Time.CreateTimer(static _ => Assert.Fail("disposed"), null, TimeSpan.FromTicks(1), Never);
        await timer.DisposeAsync();

        Assert.False(timer.Change(TimeSpan.Zero, Never));
        await sim.DelayAsync(TimeSpan.FromTicks(5));
        Assert.Equal(0, sim.Pump.Pending);
    });

    [Fact]
    public void Timer_NegativeTime_Throws() => Simulator.Run(1, static sim =>
    {
        var bad = TimeSpan.FromSeconds(-3);
        Assert.Throws<ArgumentOutOfRangeException>(() => sim.Time.CreateTimer(static _ => { }, null, bad, Never));
        Assert.Throws<ArgumentOutOfRangeException>(() => sim.Time.CreateTimer(static _ => { }, null, Never, bad));
        return Task.CompletedTask;
    });

    [Fact]
    public void Timer_AsyncLocalAtCreation_FlowsToTheCallback() => Simulator.Run(1, static async sim =>
    {
        var local = new AsyncLocal<string>();
        var seen = new List<string?>();
        local.Value = "creator";
        await using var timer = sim.Time.CreateTimer(_ => seen.Add(local.Value), null, TimeSpan.FromTicks(1), Never);
        local.Value = "later";

        await sim.DelayAsync(TimeSpan.FromTicks(2));

        Assert.Equal(["creator"], seen);
        Assert.Equal("later", local.Value);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(4_000)]
    [InlineData(29_990)]
    [InlineData(10_000_001)]
    public void DelayAsync_AnyTicks_IsExactAndStaysOnTheThread(long ticks) => Simulator.Run(1, async sim =>
    {
        var thread = Environment.CurrentManagedThreadId;

        await sim.DelayAsync(TimeSpan.FromTicks(ticks));

        Assert.Equal(ticks, sim.Pump.Now);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.Equal(0, sim.Pump.Pending);
    });

    [Fact]
    public void DelayAsync_Cancelled_EndsAtOnceOnTheThreadAndLeavesNoTimer() => Simulator.Run(1, static async sim =>
    {
        using var stop = new CancellationTokenSource();
        var thread = Environment.CurrentManagedThreadId;
        sim.Pump.Schedule(new Noting(stop.Cancel), 50);

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await sim.DelayAsync(TimeSpan.FromHours(1), stop.Token));

        Assert.Equal(50, sim.Pump.Now);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.Equal(0, sim.Pump.Pending);
    });

    [Fact]
    public void PeriodicTimer_OfTheBcl_TicksOnVirtualTime() => Simulator.Run(1, static async sim =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), sim.Time);
        for (var i = 1; i <= 5; i++)
        {
            Assert.True(await timer.WaitForNextTickAsync());
            Assert.Equal(TimeSpan.FromSeconds(i), sim.Now);
        }
    });
}
