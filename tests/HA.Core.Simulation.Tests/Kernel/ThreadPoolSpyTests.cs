using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class ThreadPoolSpyTests
{
    private static readonly SimulationOptions Watched = new() { WatchThreadPool = true };

    [Fact]
    public void Spy_ContendedSemaphore_NamesTheCulprit()
    {
        var error = Assert.Throws<ThreadHopException>(() => Simulator.Run(11, ReleaseUnderContention, Watched));

        Assert.Contains(nameof(SemaphoreSlim), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ReleaseUnderContention), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spy_DelayCancelledByToken_NamesTheCulprit()
    {
        var error = Assert.Throws<ThreadHopException>(() => Simulator.Run(
            11,
            static async sim =>
            {
                using var stop = new CancellationTokenSource();
                var delay = Task.Delay(TimeSpan.FromSeconds(9), sim.Time, stop.Token);
                var waiting = WaitQuietly(delay);
                sim.Pump.Post(static s => ((CancellationTokenSource)s!).Cancel(), stop);
                await waiting;
            },
            Watched));

        Assert.Contains("CancellationTokenSource", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spy_OtherThreadsEnqueue_SaysNothing() => Simulator.Run(
        11,
        static async sim =>
        {
            for (var i = 0; i < 100; i++) await sim.DelayAsync(TimeSpan.FromMilliseconds(1));
        },
        Watched);

    private static async Task ReleaseUnderContention(Simulator sim)
    {
        using var gate = new SemaphoreSlim(0);
        var waiting = gate.WaitAsync();
        var follower = WaitQuietly(waiting);
        gate.Release();
        await follower;
        _ = sim.Now;
    }

    private static async Task WaitQuietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // What it waits for is not the point.
        }
    }
}
