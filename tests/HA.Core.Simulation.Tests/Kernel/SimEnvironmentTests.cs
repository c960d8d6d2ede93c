
namespace HA.Core.Simulation.Tests.Kernel;

public sealed class SimEnvironmentTests
{
    [Fact]
    public void Random_SamePurposeTwice_GivesDifferentButReproducibleStreams()
    {
        var first = Simulator.Run(1, Draw);
        var again = Simulator.Run(1, Draw);

        Assert.NotEqual(first[0], first[1]);
        Assert.Equal(first, again);

        static Task<ulong[]> Draw(Simulator sim) => Task.FromResult(new[]
        {
            sim.Environment.Random("pick").NextUInt64(),
            sim.Environment.Random("pick").NextUInt64(),
        });
    }

    [Fact]
    public void Random_AnotherActorAsks_DisturbsNobody()
    {
        var alone = Simulator.Run(1, static sim => Task.FromResult(sim.Environment.Random("pick").NextUInt64()));
        var together = Simulator.Run(1, static sim =>
        {
            sim.Environment.Random("jitter").NextUInt64();
            sim.CreateEnvironment("other").Random("pick").NextUInt64();
            sim.Random("pick", "somebody").NextUInt64();
            return Task.FromResult(sim.Environment.Random("pick").NextUInt64());
        });

        Assert.Equal(alone, together);
    }

    [Fact]
    public void Random_SamePurposeAndEntity_GivesTheSameStream() => Simulator.Run(1, static sim =>
    {
        Assert.Equal(sim.Random("service", "a").NextUInt64(), sim.Random("service", "a").NextUInt64());
        Assert.NotEqual(sim.Random("service", "a").NextUInt64(), sim.Random("service", "b").NextUInt64());
        return Task.CompletedTask;
    });

    [Fact]
    public void NewId_ManyTimes_NeverRepeats() => Simulator.Run(1, static sim =>
    {
        var other = sim.CreateEnvironment("other");
        var ids = Enumerable.Range(0, 100).SelectMany(_ => new[] { sim.Environment.NewId(), other.NewId() }).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        return Task.CompletedTask;
    });

    [Fact]
    public void RunningLoops_StartAndStop_AreListedInOrder() => Simulator.Run(1, static async sim =>
    {
        var a = sim.Environment.Spawn("a", ct => Sleep(sim, ct));
        var b = sim.CreateEnvironment("other").Spawn("b", ct => Sleep(sim, ct));
        var c = sim.Environment.Spawn("c", ct => Sleep(sim, ct));
        await b.DisposeAsync();

        Assert.Equal([a, c], sim.RunningLoops);
    });

    [Fact]
    public void RunningLoops_ManyShortLoops_AreForgotten() => Simulator.Run(1, static async sim =>
    {
        var longest = sim.Environment.Spawn("longest", ct => Sleep(sim, ct));
        for (var i = 0; i < 1000; i++)
            await sim.Environment.Spawn($"short-{i}", static _ => Task.CompletedTask).Completion;

        Assert.Equal([longest], sim.RunningLoops);
    });

    [Fact]
    public void Listener_OfOptions_HearsLoops()
    {
        var heard = new List<string>();
        var options = new SimulationOptions { Listener = _ => new Hearing(heard) };

        Simulator.Run(1, static async sim =>
        {
            await sim.Environment.Spawn("loop", static _ => throw new ArithmeticException()).Completion;
        }, options);

        Assert.Equal(["started loop", "ended loop ArithmeticException"], heard);
    }

    [Fact]
    public void AsyncSignal_SetAndAwaited_StaysOnTheThread() => Simulator.Run(
        1,
        static async sim =>
        {
            var signal = new AsyncSignal(sim.Environment);
            sim.Pump.Schedule(new Noting(signal.Set), TimeSpan.FromSeconds(2));

            await signal.WaitAsync(signal.Version, CancellationToken.None);

            Assert.Equal(TimeSpan.FromSeconds(2), sim.Now);
        },
        new SimulationOptions { WatchThreadPool = true });

    private static async Task Sleep(Simulator sim, CancellationToken ct) =>
        await sim.DelayAsync(TimeSpan.FromDays(1), ct);

    private sealed class Hearing(List<string> heard) : ServiceEventListener
    {
        public override void OnLoopStarted(SpawnedLoop loop) => heard.Add($"started {loop.Name}");

        public override void OnLoopEnded(SpawnedLoop loop, Exception? error) =>
            heard.Add($"ended {loop.Name} {error?.GetType().Name}");
    }
}
