using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Tests.Kernel;

public sealed class ThreadGuardTests
{
    // Long enough that a busy machine's thread pool gets round to the stray continuation; ends as soon as it does.
    private static readonly SimulationOptions Patient = new() { Patience = TimeSpan.FromMinutes(4) };

    [Fact]
    public void TaskYield_BeforeTouchingTheClock_IsCaught()
    {
        var error = Assert.Throws<ThreadHopException>(() => Simulator.Run(
            3,
            static async sim =>
            {
                await Task.Yield();
                _ = sim.Time.GetTimestamp();
            },
            Patient));

        Assert.Contains("Task.Yield", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServiceEnvironment.Post", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 3", error.Message, StringComparison.Ordinal);
        Assert.IsType<ThreadHopException>(error.InnerException);
    }

    [Fact]
    public void TaskYield_ExceptionSwallowed_StillFailsTheRun() =>
        Assert.Throws<ThreadHopException>(() => Simulator.Run(
        3,
        static async sim =>
        {
            await Task.Yield();
            try
            {
                sim.Pump.Post(static _ => { }, null);
            }
            catch (ThreadHopException)
            {
                // The user's code that knows better.
            }
        },
        Patient));

    [Fact]
    public void TaskYield_NothingTouchedAfterwards_IsCaughtAtTheEndOfTheBody()
    {
        using var isAwaited = new ManualResetEventSlim();
        Assert.Throws<ThreadHopException>(() => Simulator.Run(
            3,
            async sim =>
            {
                // A body that ends before anybody awaits it has not hopped; the pump takes its next step when it is awaited.
                sim.Pump.Post(_ => isAwaited.Set(), null);
                await Task.Yield();
                isAwaited.Wait();
            },
            Patient));
    }

    [Theory]
    [InlineData("now")]
    [InlineData("utc")]
    [InlineData("schedule")]
    [InlineData("cancel")]
    [InlineData("timer")]
    [InlineData("change")]
    [InlineData("random")]
    [InlineData("record")]
    [InlineData("spawn")]
    public void Entry_FromAnotherThread_Throws(string entry)
    {
        using var timer = new Held();
        Assert.Throws<ThreadHopException>(() => Simulator.Run(
            3,
            async sim =>
            {
                timer.Value = sim.Time.CreateTimer(
                    static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
                await Task.Run(() => Touch(sim, entry, timer.Value));
            },
            Patient));
    }

    [Fact]
    public void TimerDispose_FromAnotherThread_PoisonsWithoutThrowing()
    {
        var threw = true;
        Assert.Throws<ThreadHopException>(() => Simulator.Run(
            3,
            async sim =>
            {
                var timer = sim.Time.CreateTimer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
                await Task.Run(() =>
                {
                    timer.Dispose();
                    threw = false;
                });
            },
            Patient));

        Assert.False(threw);
    }

    [Fact]
    public void TimerDispose_AfterTheEnd_DoesNothing()
    {
        var timer = Simulator.Run(3, static sim => Task.FromResult(
            sim.Time.CreateTimer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan)));

        timer.Dispose();

        Assert.Throws<ThreadHopException>(() => timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void Simulation_AfterTheEnd_SaysSo()
    {
        var sim = Simulator.Run(8, static s => Task.FromResult(s));

        var error = Assert.Throws<ThreadHopException>(() => sim.Now);

        Assert.Contains("after it had ended", error.Message, StringComparison.Ordinal);
        Assert.Contains("seed 8", error.Message, StringComparison.Ordinal);
    }

    private static void Touch(Simulator sim, string entry, ITimer timer)
    {
        switch (entry)
        {
            case "now": _ = sim.Now; break;
            case "utc": _ = sim.Time.GetUtcNow(); break;
            case "schedule": sim.Pump.Schedule(new Noting(static () => { }), 1); break;
            case "cancel": sim.Pump.Cancel(new Noting(static () => { })); break;
            case "timer": sim.Time.CreateTimer(static _ => { }, null, TimeSpan.Zero, TimeSpan.Zero); break;
            case "change": timer.Change(TimeSpan.Zero, TimeSpan.Zero); break;
            case "random": sim.Environment.Random("purpose"); break;
            case "record": sim.Record(HA.Core.Simulation.Trace.TraceKind.CallStarted); break;
            case "spawn": sim.Environment.Spawn("loop", static _ => Task.CompletedTask); break;
            default: throw new ArgumentOutOfRangeException(nameof(entry));
        }
    }

    private sealed class Held : IDisposable
    {
        internal ITimer? Value { get; set; }

        public void Dispose() => Value?.Dispose();
    }
}
