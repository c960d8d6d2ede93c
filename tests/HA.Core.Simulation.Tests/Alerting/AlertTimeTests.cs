using HA.Core.Alerting;
using HA.Core.Client;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Tests.Model;

namespace HA.Core.Simulation.Tests.Alerting;

public sealed class AlertTimeTests
{
    private static readonly TimeSpan ForTime = TimeSpan.FromSeconds(5);
    private static readonly AlertOptions FiveSeconds = new()
    {
        NoHealthyInstance = ForTime,
        RegistryLost = ForTime,
        RegistrationLost = ForTime,
        MinInterval = TimeSpan.Zero,
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void AllInstancesAreKilled_AlertFiresAndRecoversToTheSecond(ulong seed)
    {
        var stage = AlertStage.Run(Killed, FiveSeconds, seed);
        var told = stage.Of(AlertRule.NoHealthyInstance).ToArray();
        Assert.Equal(stage.Truth.Due(AlertRule.NoHealthyInstance, ForTime), told);
        Assert.Equal([AlertState.Firing, AlertState.Recovered], told.Select(static t => t.State));
        // They are killed 10 s after the calls begin, and started again 30 s later.
        Assert.InRange(told[0].At, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(40));
        Assert.InRange(told[1].At, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void RegistryIsDown_AlertsFireAndRecoverToTheSecond()
    {
        var stage = AlertStage.Run(
            Scenes.With(new RegistryOutageFault { At = Scenes.Seconds(5), For = Scenes.Seconds(40) }) with { Duration = Scenes.Seconds(80) }, FiveSeconds);
        var (lost, unregistered) = (stage.Of(AlertRule.RegistryLost).ToArray(), stage.Of(AlertRule.RegistrationLost).ToArray());
        Assert.Equal(stage.Truth.Due(AlertRule.RegistryLost, ForTime), lost);
        Assert.Equal([AlertState.Firing, AlertState.Recovered], lost.Select(static t => t.State));
        Assert.Equal(stage.Truth.Due(AlertRule.RegistrationLost, ForTime), unregistered);
        Assert.Equal([AlertState.Firing, AlertState.Recovered], unregistered.Select(static t => t.State));
        // The instances are well, and nobody says otherwise.
        Assert.Empty(stage.Of(AlertRule.NoHealthyInstance));
    }

    [Fact]
    public void CatalogOfAQuietService_IsStaleSoLongAfterTheRegistryWasLost()
    {
        // It has not changed since the start, and that does not count.
        var outage = Scenes.With(new RegistryOutageFault { At = Scenes.Seconds(25), For = Scenes.Seconds(40) }) with { Duration = Scenes.Seconds(80) };
        var stage = AlertStage.Run(outage, new AlertOptions { StaleCatalog = TimeSpan.FromSeconds(20) });
        var stale = stage.Of(AlertRule.StaleCatalog).ToArray();
        Assert.Equal([AlertState.Firing, AlertState.Recovered], stale.Select(static t => t.State));
        Assert.Equal(stage.Truth.FirstOf(AlertRule.RegistryLost) + TimeSpan.FromSeconds(20), stale[0].At);
    }

    [Fact]
    public void NothingIsWrong_NothingIsTold() => Assert.Empty(AlertStage.Run(Scenes.Small, FiveSeconds).Told);

    [Fact]
    public void SameSeed_GivesTheSameAlerts() =>
        Assert.Equal(AlertStage.Run(Killed, FiveSeconds, 7).Told, AlertStage.Run(Killed, FiveSeconds, 7).Told);

    [Fact]
    public void Rule_ThatIsOff_IsNotTold() =>
        Assert.Empty(AlertStage.Run(Killed, FiveSeconds with { NoHealthyInstance = null }).Of(AlertRule.NoHealthyInstance));

    [Fact]
    public void Alert_ThatFlaps_WaitsAndTellsEveryEnd() => Simulator.Run(1, static async simulation =>
    {
        await using var shop = new SmallProgram(simulation, new AlertOptions { NoHealthyInstance = ForTime });
        await Until(simulation, 9.5);
        shop.Break();
        await Until(simulation, 20.5);
        shop.Mend();
        await Until(simulation, 22.5);
        shop.Break();
        await Until(simulation, 80.5);
        Assert.Single(shop.Engine.Firing, static a => a.Rule == AlertRule.NoHealthyInstance);
        shop.Mend();
        await Until(simulation, 100);
        Assert.Equal(
            [
                (AlertState.Firing, TimeSpan.FromSeconds(15)), (AlertState.Recovered, TimeSpan.FromSeconds(21)),
                // Not at 28 s: a minute after the first.
                (AlertState.Firing, TimeSpan.FromSeconds(75)), (AlertState.Recovered, TimeSpan.FromSeconds(81)),
            ],
            shop.Of(AlertRule.NoHealthyInstance));
        Assert.Empty(shop.Engine.Firing);
    });

    [Fact]
    public void Condition_ThatPassesSoon_IsNotTold() => Simulator.Run(1, static async simulation =>
    {
        await using var shop = new SmallProgram(simulation, new AlertOptions { NoHealthyInstance = ForTime, MassEjection = null, Panic = null });
        for (var i = 0; i < 10; i++)
        {
            shop.Break();
            await simulation.DelayAsync(TimeSpan.FromSeconds(3.5));
            shop.Mend();
            await simulation.DelayAsync(TimeSpan.FromSeconds(3.5));
        }

        Assert.Empty(shop.Told);
    });

    [Fact]
    public void PanicAndMassEjection_AreToldAfterTheirTimes() => Simulator.Run(1, static async simulation =>
    {
        // Ejected for longer than this takes, so that nobody is on probation.
        await using var shop = new SmallProgram(
            simulation, new AlertOptions { NoHealthyInstance = null, Panic = TimeSpan.FromSeconds(7), MassEjection = TimeSpan.FromSeconds(3.25) });
        await Until(simulation, 1.5);
        shop.Break();
        await Until(simulation, 30);
        Assert.Equal((AlertState.Firing, TimeSpan.FromSeconds(5.25)), Assert.Single(shop.Of(AlertRule.MassEjection)));
        Assert.Equal((AlertState.Firing, TimeSpan.FromSeconds(9)), Assert.Single(shop.Of(AlertRule.Panic)));
    });

    [Fact]
    public void RetriesAreRefused_AlertEndsWhenNoneIsAnyMore() => Simulator.Run(1, static async simulation =>
    {
        await using var shop = new SmallProgram(simulation, new AlertOptions());
        await Until(simulation, 10.5);
        // One every 2 s, for 50 s.
        for (var i = 0; i < 25; i++)
        {
            shop.Signals.OnRetryRefused("orders");
            await simulation.DelayAsync(TimeSpan.FromSeconds(2));
        }

        await Until(simulation, 100);
        // Seen first at 11 s and last at 59 s.
        Assert.Equal(
            [(AlertState.Firing, TimeSpan.FromSeconds(41)), (AlertState.Recovered, TimeSpan.FromSeconds(69))], shop.Of(AlertRule.RetryBudgetExhausted));
    });

    [Fact]
    public void Sink_ThatThrows_KeepsNobodyFromBeingTold() => Simulator.Run(1, static async simulation =>
    {
        var told = 0;
        await using var shop = new SmallProgram(
            simulation, new AlertOptions(), new DelegateAlertSink(static _ => throw new InvalidOperationException("broken")),
            new DelegateAlertSink(_ => told++));
        shop.Break();
        await Until(simulation, 60);
        shop.Mend();
        await Until(simulation, 65);
        Assert.Equal(shop.Told.Count, told);
        Assert.InRange(told, 4, 10);
    });

    private static Scenario Killed => Scenes.With(
        new CrashFault { At = Scenes.Seconds(10), For = Scenes.Seconds(30), Target = Target.All }) with
    {
        Duration = Scenes.Seconds(60),
        // So that it is checks that say it, and not leases that run out one by one.
        Registry = new RegistryModel { TimeToLive = TimeSpan.FromMinutes(2) },
    };

    private static ValueTask Until(Simulator simulation, double seconds) => simulation.DelayAsync(TimeSpan.FromSeconds(seconds) - simulation.Now);

    /// <summary>Two instances that are marked by hand.</summary>
    private sealed class SmallProgram : IAsyncDisposable
    {
        private readonly ServicePool _pool;

        internal SmallProgram(Simulator simulation, AlertOptions options, params IAlertSink[] sinks)
        {
            var environment = simulation.CreateEnvironment("program", Signals);
            _pool = new ServicePool("orders", environment, new PoolOptions { Health = new() { EjectionTime = TimeSpan.FromMinutes(5) } });
            _pool.Apply(new ServiceCatalog("orders", 1, [new("orders", "a", "10.0.0.1", 80), new("orders", "b", "10.0.0.2", 80)]));
            Engine = new AlertEngine(
                () => [_pool], Signals, [.. sinks, new DelegateAlertSink(a => Told.Add((a.Rule, a.State, simulation.Now)))], environment, options);
        }

        internal AlertSignals Signals { get; } = new();

        internal AlertEngine Engine { get; }

        internal List<(AlertRule Rule, AlertState State, TimeSpan At)> Told { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            await _pool.DisposeAsync();
        }

        internal IEnumerable<(AlertState State, TimeSpan At)> Of(AlertRule rule) => Told.Where(t => t.Rule == rule).Select(static t => (t.State, t.At));

        internal void Break()
        {
            foreach (var id in (string[])["a", "b"]) _pool.MarkUnhealthy(id);
        }

        internal void Mend()
        {
            foreach (var id in (string[])["a", "b"]) _pool.MarkHealthy(id);
        }
    }
}
