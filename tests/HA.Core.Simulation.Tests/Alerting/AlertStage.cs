using HA.Core.Alerting;
using HA.Core.Client;
using HA.Core.Registry;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Tests.Alerting;

/// <summary>A program that watches a simulated service, and its alerts.</summary>
internal sealed class AlertStage : IAsyncDisposable
{
    private readonly World _world;
    private readonly AlertEngine _engine;

    private AlertStage(World world, AlertOptions options)
    {
        _world = world;
        var (simulation, place) = (world.Simulation, new Place(PlaceKind.Client, "watcher"));
        Truth = new AlertTruth(simulation);
        var environment = simulation.CreateEnvironment("watcher", Truth);
        Registry = new VirtualRegistry(world, place);
        Pool = Truth.Pool = ServicePool.Follow(
            Registry, world.Scenario.Service.Name, environment, VirtualClient.OptionsOf(world, place, environment));
        Keeper = new RegistrationKeeper(Registry, new ServiceInstance("watcher", "watcher-1", "10.9.9.9", 80), environment);
        _engine = new AlertEngine(
            () => [Pool], Truth.Signals, [new DelegateAlertSink(a => Told.Add((a.Rule, a.State, simulation.Now, a.Service)))], environment, options);
    }

    internal AlertTruth Truth { get; }

    internal ServicePool Pool { get; }

    internal VirtualRegistry Registry { get; }

    internal RegistrationKeeper Keeper { get; }

    internal IReadOnlyList<Alert> Firing => _engine.Firing;

    /// <summary>What was told, and when.</summary>
    internal List<(AlertRule Rule, AlertState State, TimeSpan At, string Service)> Told { get; } = [];

    internal static AlertStage Run(Scenario scenario, AlertOptions options, ulong seed = 1)
    {
        AlertStage? stage = null;
        Simulator.Run(seed, async simulation =>
        {
            stage = new AlertStage(new World(simulation, scenario), options);
            await using (stage) await ScenarioRunner.RunAsync(stage._world);
        });
        return stage!;
    }

    /// <summary>When a rule was told to fire and to be over.</summary>
    internal IEnumerable<(AlertState State, TimeSpan At)> Of(AlertRule rule) => Told.Where(t => t.Rule == rule).Select(static t => (t.State, t.At));

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await Keeper.DisposeAsync();
        await Pool.DisposeAsync();
    }
}

/// <summary>Since when what holds, from the events themselves and not from looking now and then.</summary>
internal sealed class AlertTruth(Simulator simulation) : ServiceEventListener
{
    private readonly Dictionary<AlertRule, List<(TimeSpan Begin, TimeSpan End)>> _spans = [];

    internal AlertSignals Signals { get; } = new();

    internal ServicePool? Pool { get; set; }

    public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason) => NoteFit();

    public override void OnCatalogChanged(ServiceCatalog catalog) => NoteFit();

    public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) => Note(AlertRule.RegistryLost, true);

    public override void OnRegistryRecovered(string service) => Note(AlertRule.RegistryLost, false);

    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        Signals.OnRegistrationChanged(instance, state, error);
        Note(AlertRule.RegistrationLost, state is not (RegistrationState.Registered or RegistrationState.Deregistered));
    }

    /// <summary>When something began to hold for the first time.</summary>
    internal TimeSpan FirstOf(AlertRule rule) => _spans[rule][0].Begin;

    /// <summary>When it has to be told, looking every second from the beginning, if it must hold for so long.</summary>
    internal IEnumerable<(AlertState State, TimeSpan At)> Due(AlertRule rule, TimeSpan forTime)
    {
        foreach (var (begin, end) in _spans.GetValueOrDefault(rule) ?? [])
        {
            var fires = NextLook(begin) + forTime;
            if (end <= fires) continue;
            yield return (AlertState.Firing, fires);
            if (end != TimeSpan.MaxValue) yield return (AlertState.Recovered, NextLook(end));
        }
    }

    private static TimeSpan NextLook(TimeSpan at) => TimeSpan.FromSeconds(Math.Ceiling(at.TotalSeconds));

    private void NoteFit()
    {
        if (Pool is { HasCatalog: true }) Note(AlertRule.NoHealthyInstance, !Pool.Snapshot.All.Any(static e => e.Health <= EndpointHealth.Unknown));
    }

    private void Note(AlertRule rule, bool holds)
    {
        if (!_spans.TryGetValue(rule, out var spans)) _spans[rule] = spans = [];
        var isOpen = spans.Count > 0 && spans[^1].End == TimeSpan.MaxValue;
        if (holds && !isOpen) spans.Add((simulation.Now, TimeSpan.MaxValue));
        else if (!holds && isOpen) spans[^1] = (spans[^1].Begin, simulation.Now);
    }
}
