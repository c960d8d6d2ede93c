using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class PumpTests
{
    [Fact]
    public void Schedule_DifferentTimes_FiresInOrderOfTimeThenOfScheduling() => Simulator.Run(1, async sim =>
    {
        var order = new List<string>();
        sim.Pump.Schedule(new Noting(() => order.Add($"c{sim.Pump.Now}")), 20);
        sim.Pump.Schedule(new Noting(() => order.Add($"a{sim.Pump.Now}")), 10);
        sim.Pump.Schedule(new Noting(() => order.Add($"b{sim.Pump.Now}")), 10);

        await sim.DelayAsync(TimeSpan.FromTicks(30));

        Assert.Equal(["a10", "b10", "c20"], order);
    });

    [Fact]
    public void Post_BesideScheduledAtThisInstant_RunsFirstAndInOrder() => Simulator.Run(1, async sim =>
    {
        var order = new List<int>();
        sim.Pump.Schedule(new Noting(() => order.Add(100)), 0);
        for (var i = 0; i < 100; i++) sim.Pump.Post(n => order.Add((int)n!), i);

        await sim.DelayAsync(TimeSpan.FromTicks(1));

        Assert.Equal(Enumerable.Range(0, 101), order);
    });

    [Fact]
    public void Schedule_AgainWhileWaiting_Moves() => Simulator.Run(1, async sim =>
    {
        var fired = new List<long>();
        var item = new Noting(() => fired.Add(sim.Pump.Now));
        sim.Pump.Schedule(item, 10);
        sim.Pump.Schedule(item, 25);

        await sim.DelayAsync(TimeSpan.FromTicks(50));

        Assert.Equal([25L], fired);
        Assert.False(item.IsScheduled);
    });

    [Fact]
    public void Cancel_Waiting_NeverFires() => Simulator.Run(1, async sim =>
    {
        var item = new Noting(static () => Assert.Fail("It was cancelled."));
        sim.Pump.Schedule(item, 10);

        Assert.True(sim.Pump.Cancel(item));
        Assert.False(sim.Pump.Cancel(item));
        await sim.DelayAsync(TimeSpan.FromTicks(20));
    });

    [Fact]
    public void Schedule_NegativeDelay_Throws() => Simulator.Run(1, static sim =>
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => sim.Pump.Schedule(new Noting(static () => { }), -1));
        return Task.CompletedTask;
    });

    [Fact]
    public void Schedule_BeyondEndOfTime_Waits() => Simulator.Run(1, static async sim =>
    {
        await sim.DelayAsync(TimeSpan.FromTicks(5));
        sim.Pump.Schedule(new Noting(static () => Assert.Fail("Time has no end.")), long.MaxValue);
        Assert.Equal(1, sim.Pump.Pending);
    });

    [Fact]
    public void Event_SetsAsyncLocal_DoesNotLeak() => Simulator.Run(1, async sim =>
    {
        var local = new AsyncLocal<int>();
        var seen = -1;
        sim.Pump.Post(_ => local.Value = 7, null);
        sim.Pump.Post(_ => seen = local.Value, null);

        await sim.DelayAsync(TimeSpan.FromTicks(1));

        Assert.Equal(0, seen);
    });

    [Fact]
    public void Event_SetsSynchronizationContext_Fails()
    {
        var error = Assert.Throws<ForeignContextException>(() => Simulator.Run(9, static async sim =>
        {
            sim.Pump.Post(static _ => SynchronizationContext.SetSynchronizationContext(new()), null);
            await sim.DelayAsync(TimeSpan.FromTicks(1));
        }));

        Assert.Contains("seed 9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_Throws_FailsTheSimulationWithSeedAndTime()
    {
        var error = Assert.Throws<SimulationFailedException>(() => Simulator.Run(42, static async sim =>
        {
            sim.Pump.Schedule(new Noting(static () => throw new ArithmeticException("boom")), TimeSpan.FromSeconds(3));
            await sim.DelayAsync(TimeSpan.FromSeconds(5));
        }));

        Assert.IsType<ArithmeticException>(error.InnerException);
        Assert.Equal(TimeSpan.FromSeconds(3), error.At);
        Assert.Contains("boom", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 42", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instant_WithoutEnd_ThrowsLivelockNamingTheEvent()
    {
        var options = new SimulationOptions { InstantLimit = 1000 };

        var error = Assert.Throws<LivelockException>(() => Simulator.Run(
            5,
            static sim =>
            {
                PostForEver(sim.Pump);
                return new TaskCompletionSource().Task;
            },
            options));

        Assert.Contains(nameof(PostForEver), error.EventName, StringComparison.Ordinal);
        Assert.Contains("seed 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instant_ManyEventsButTimeMoves_IsNoLivelock() => Simulator.Run(
        5,
        static async sim =>
        {
            for (var i = 0; i < 5000; i++) await sim.DelayAsync(TimeSpan.FromTicks(1));
        },
        new SimulationOptions { InstantLimit = 100 });

    [Fact]
    public void PostAndSchedule_OnceGrown_AllocateNothing() => Simulator.Run(1, static async sim =>
    {
        var item = new Noting(static () => { });
        await Exercise(sim, item);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Touch(sim.Pump, item);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    });

    private static async Task Exercise(Simulator sim, SimEvent item)
    {
        for (var i = 0; i < 3000; i++) Touch(sim.Pump, item);
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 1000; i++) Touch(sim.Pump, item);
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
    }

    private static void Touch(Pump pump, SimEvent item)
    {
        pump.Schedule(item, 5);
        pump.Post(static _ => { }, null);
        pump.Cancel(item);
    }

    private static void PostForEver(Pump pump) => pump.Post(static p => PostForEver((Pump)p!), pump);
}
