using HA.Core.Simulation.Trace;

namespace HA.Core.Simulation.Tests;

public sealed class SimulatorTests
{
    private static readonly SimulationOptions Impatient = new() { Patience = TimeSpan.Zero };

    [Fact]
    public void Run_BodyReturns_GivesItsResult()
    {
        var result = Simulator.Run(1, static async sim =>
        {
            await sim.DelayAsync(TimeSpan.FromHours(1));
            return sim.Now;
        });

        Assert.Equal(TimeSpan.FromHours(1), result);
    }

    [Fact]
    public void Run_BodyThrows_TellsSeedTimeAndCause()
    {
        var error = Assert.Throws<SimulationFailedException>(() => Simulator.Run(77, static async sim =>
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            throw new ArithmeticException("boom");
        }));

        Assert.Equal("boom", Assert.IsType<ArithmeticException>(error.InnerException).Message);
        Assert.Equal(77ul, error.Seed);
        Assert.Equal("The simulation failed at 00:00:01: ArithmeticException: boom (seed 77)", error.Message);
    }

    [Fact]
    public void Run_BodyCancelled_FailsWithTheCancellation()
    {
        var error = Assert.Throws<SimulationFailedException>(() => Simulator.Run(
            1, static _ => Task.FromCanceled(new CancellationToken(canceled: true))));

        Assert.IsAssignableFrom<OperationCanceledException>(error.InnerException);
    }

    [Fact]
    public void Run_NothingLeftToHappen_ListsTheLoopsThatStillRun()
    {
        var error = Assert.Throws<SimulationStuckException>(() => Simulator.Run(
            6,
            static async sim =>
            {
                sim.Environment.Spawn("catalog watcher of orders", static _ => new TaskCompletionSource().Task);
                await sim.Environment.Spawn("done", static _ => Task.CompletedTask).Completion;
                await sim.Environment.Spawn("prober", static _ => new TaskCompletionSource().Task).Completion;
            },
            Impatient));

        Assert.Equal(["catalog watcher of orders", "prober"], error.Loops);
        Assert.Contains("catalog watcher of orders, prober", error.Message, StringComparison.Ordinal);
        Assert.Contains("lost continuation or a deadlock", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OnlyAPeriodicTimerIsLeft_EndsAtTheTimeLimit()
    {
        var error = Assert.Throws<SimulationStuckException>(() => Simulator.Run(
            6,
            static async sim =>
            {
                var second = TimeSpan.FromSeconds(1);
                await using var timer = sim.Time.CreateTimer(static _ => { }, null, second, second);
                await new TaskCompletionSource().Task;
            },
            Impatient with { TimeLimit = TimeSpan.FromMinutes(5) }));

        Assert.Contains("time limit of 00:05:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SameSeedInParallel_GivesTheSameTrace()
    {
        var hashes = RunInParallel(20, static _ => 1234ul);

        Assert.Single(hashes.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_OtherSeeds_GiveOtherTraces()
    {
        var hashes = RunInParallel(20, static i => (ulong)i);

        Assert.Equal(20, hashes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Run_GoldenSeed_NeverChanges() => Assert.Equal(
        "96a6acd388db30283a21987c1ab1f6fd",
        Simulator.Run(2026, SmallShop.RunAsync));

    [Fact]
    public void Run_InsideASimulation_IsIndependent() => Simulator.Run(1, static async sim =>
    {
        await sim.DelayAsync(TimeSpan.FromSeconds(3));
        var inner = Simulator.Run(2, static s => Task.FromResult((s.Now, s.Seed)));
        Assert.Equal((TimeSpan.Zero, 2ul), inner);
        Assert.Equal(TimeSpan.FromSeconds(3), sim.Now);
    });

    [Fact]
    public void Run_BodyFails_CompletesTheTraceFile()
    {
        using var file = new MemoryStream();
        Assert.Throws<SimulationFailedException>(() => Simulator.Run(
            1,
            static sim =>
            {
                sim.Record(TraceKind.CallStarted, call: 5, entity: sim.Trace.Name("client"));
                throw new ArithmeticException();
            },
            new SimulationOptions { TraceOutput = file }));

        file.Position = 0;
        var reader = new TraceReader(file);
        Assert.True(reader.TryRead(out var record));
        Assert.Equal(5ul, record.Call);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new SimulationOptions { InstantLimit = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(
            static () => new SimulationOptions { TimeLimit = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(
            static () => new SimulationOptions { Patience = TimeSpan.FromTicks(-1) });
    }

    private static string[] RunInParallel(int count, Func<int, ulong> seed)
    {
        var hashes = new string[count];
        var threads = Enumerable.Range(0, count)
            .Select(i => new Thread(() => hashes[i] = Simulator.Run(seed(i), SmallShop.RunAsync)))
            .ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return hashes;
    }
}
