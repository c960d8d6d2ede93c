using HA.Core.Simulation.Checks;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.History;
using HA.Core.Simulation.Reports;
using HA.Core.Simulation.Statistics;
using HA.Core.Simulation.Trace;

namespace HA.Core.Simulation.Model;

/// <summary>Sees everything that happens in a run: counts it, traces it, and shows it to the checks.</summary>
internal sealed class RunObserver
{
    private readonly World _world;
    private readonly TraceRecorder _trace;
    private readonly SimulationCheck[] _checks;
    private readonly SimulationCheck[] _onCallStarted;
    private readonly SimulationCheck[] _onAttemptStarted;
    private readonly SimulationCheck[] _onAttemptEnded;
    private readonly SimulationCheck[] _onCallEnded;
    private readonly SimulationCheck[] _onArrived;
    private readonly int _service;
    private readonly Window[] _windows;
    private readonly KeyMoves _keys;
    private readonly HistoryRecorder? _history;
    private long _nextCall;
    private long _open;
    private long _measureFrom;

    /// <param name="world">What it sees.</param>
    /// <param name="keepsHistory">Whether it writes down what happened over time, too.</param>
    internal RunObserver(World world, bool keepsHistory = false)
    {
        _world = world;
        _trace = world.Simulation.Trace;
        _history = keepsHistory ? new HistoryRecorder(world) : null;
        Quiet = new Quiet(world);
        _checks = world.Parts.Watch is { } watch ? [.. SimulationCheck.All(world), watch.In(world)] : SimulationCheck.All(world);
        _onCallStarted = Interested(Interest.CallStarted);
        _onAttemptStarted = Interested(Interest.AttemptStarted);
        _onAttemptEnded = Interested(Interest.AttemptEnded);
        _onCallEnded = Interested(Interest.CallEnded);
        _onArrived = Interested(Interest.Arrived);
        _service = world.Simulation.Trace.Name(world.Scenario.Service.Name);
        var windows = world.Scenario.Expectations.SelectMany(static e => e.Metric.Windows).Distinct();
        _windows = [.. windows.Select(w => new Window(w, world.Tiers.Length))];
        _keys = new KeyMoves(world.Scenario.Traffic.Keys);
        Timeline = new Timeline(world);
        Detection = new Detection(world, _history);
    }

    internal long Calls { get; private set; }

    internal long Succeeded { get; private set; }

    internal long Failed { get; private set; }

    internal long Attempts { get; private set; }

    internal long Panics { get; private set; }

    /// <summary>What the first failed call was told.</summary>
    internal string? FirstError { get; private set; }

    internal LatencyHistogram Latency { get; } = new();

    /// <summary>Of the calls that failed; they are among the others as well.</summary>
    internal LatencyHistogram FailureLatency { get; } = new();

    internal BatchPeaks Batches { get; } = new();

    /// <summary>Keys that moved needlessly, for each key; null if calls have none.</summary>
    internal double? MovesPerKey => _keys.PerKey;

    /// <summary>Calls and successes of each stretch of time that an expectation is about.</summary>
    internal IEnumerable<WindowReport> Windows => _windows.Select(static w => w.ToReport());

    /// <summary>When calls began to arrive, in ticks.</summary>
    internal long BeganAt { get; private set; }

    /// <summary>Whether what happens now counts.</summary>
    internal bool IsMeasuring => _world.Pump.Clock >= _measureFrom;

    internal Timeline Timeline { get; }

    internal Detection Detection { get; }

    internal Quiet Quiet { get; }

    /// <summary>What happened over time; null if nobody asked for it.</summary>
    internal RunHistory? History => _history?.History;

    internal RareStates Rare { get; } = new();

    internal IEnumerable<SimulationCheck> Checks => _checks;

    /// <summary>Calls that have begun and not ended.</summary>
    internal long Open => _open;

    internal long NextCall() => ++_nextCall;

    internal ServiceEventListener ListenAs(VirtualClient client) => new ClientListener(this, client);

    internal ServiceEventListener ListenAs(VirtualInstance instance) => new InstanceListener(this, instance);

    /// <summary>Calls begin to arrive now.</summary>
    internal void Begin()
    {
        BeganAt = _world.Pump.Clock;
        if (_world.Scenario.MeasureFrom > TimeSpan.Zero) _measureFrom = BeganAt + _world.Scenario.MeasureFrom.Ticks;
        foreach (var window in _windows) window.Begin(BeganAt);
        _history?.Begin();
    }

    internal void CallStarted(VirtualClient client, long call)
    {
        _open++;
        if (IsMeasuring) Calls++;
        Record(TraceKind.CallStarted, call, client.Number, _service);
        foreach (var check in _onCallStarted) check.CallStarted(client, call);
    }

    /// <summary>A call that has just begun may not be done twice.</summary>
    internal void CallIsOnceOnly(long call)
    {
        foreach (var check in _onArrived) check.OnceOnly(call);
    }

    internal void Arrived(VirtualInstance instance, long call)
    {
        // Further behind, the same call arrives again for each attempt of the tier before.
        if (instance.Tier.Depth > 0) return;
        foreach (var check in _onArrived) check.Arrived(instance, call);
    }

    internal void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (IsMeasuring)
        {
            Attempts++;
            if (instance is not null) instance.Attempts++;
        }

        CountAttempt(_world.Tiers[0]);

        if (instance is not null && number <= 0)
        {
            _keys.Saw(call, instance);
            if (_world.Scenario.Traffic.Batch > 1) Batches.Saw(instance);
        }

        Record(TraceKind.AttemptStarted, call, client.Number, instance?.Number ?? -1, value: number + 1);
        if (number > 0) Rare.Retried(_world, number);
        _history?.AttemptStarted(instance, call, number);
        foreach (var check in _onAttemptStarted) check.AttemptStarted(client, instance, call, number);
    }

    /// <summary>An instance calls the tier behind it.</summary>
    internal void OnwardAttemptStarted(VirtualInstance caller, VirtualInstance? instance, long call, int number)
    {
        if (instance is not null && IsMeasuring) instance.Attempts++;
        CountAttempt(caller.Tier.Behind!);
        _history?.OnwardAttemptStarted(instance);
        Record(TraceKind.AttemptStarted, call, caller.Number, instance?.Number ?? -1, value: number + 1);
    }

    private void CountAttempt(Tier tier)
    {
        if (IsMeasuring) tier.Attempts++;
        foreach (var window in _windows) window.SawAttempt(tier, _world.Pump.Clock);
    }

    internal void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        _open--;
        FirstError ??= end.Error;
        if (!end.IsSuccess) Rare.Failed(end.Error);
        if (_world.Pump.Clock - ticks >= _measureFrom) Measure(end, ticks);
        foreach (var window in _windows) window.Saw(_world.Pump.Clock - ticks, end.IsSuccess);
        var kind = end.IsSuccess ? OutcomeKind.Success : OutcomeKind.Failure;
        Record(TraceKind.CallEnded, call, client.Number, _service, (short)kind, end.Attempts);
        _history?.CallEnded(call, end, ticks);
        foreach (var check in _onCallEnded) check.CallEnded(client, call, end, ticks);
    }

    /// <summary>An attempt came to nothing good, as its client learns now.</summary>
    internal void WentWrong(Place client, VirtualInstance instance)
    {
        foreach (var check in _checks) check.WentWrong(client, instance);
    }

    /// <summary>A process has taken its leave, and the registry was well all the time.</summary>
    internal void SaidGoodbye(InstanceProcess process)
    {
        foreach (var check in _checks) check.SaidGoodbye(process);
    }

    /// <summary>The run is over: judges what can only be judged now.</summary>
    internal void Close()
    {
        Quiet.Close();
        Detection.Close();
        _history?.Close();
        foreach (var check in _checks) check.AtEnd();
    }

    internal void InstanceMoved(VirtualInstance instance)
    {
        Record(TraceKind.InstanceStateChanged, 0, instance.Number, -1, (short)instance.State);
        Timeline.Add("instance", instance.Description.Id, instance.State.ToString().ToLowerInvariant());
        _history?.TruthMoved();
    }

    internal void FaultMoved(Fault fault, string target, bool began)
    {
        var trace = _world.Simulation.Trace;
        Record(began ? TraceKind.FaultStarted : TraceKind.FaultEnded, 0, trace.Name(fault.Kind), trace.Name(target));
        Quiet.FaultMoved(began);
        _history?.FaultMoved(fault, target, began);
        Timeline.Add("fault", target, began ? $"{fault.Describe()} begins" : $"{fault.Describe()} ends");
    }

    /// <summary>A fault of the registry is over: in a while, the checks look whether it has recovered.</summary>
    internal async Task RegistryHealedAsync()
    {
        var moves = Quiet.Moves;
        if (!Quiet.IsCalm) return;
        await _world.Simulation.DelayAsync(RegistrationsComeBack.Bound(_world)).ConfigureAwait(false);
        if (Quiet.Moves != moves) return;
        foreach (var check in _checks) check.RegistryRecovered();
    }

    internal void Record(TraceKind kind, long call, int entity, int other, short code = 0, int value = 0) =>
        _trace.Record(new TraceRecord(_world.Pump.Clock, (ulong)call, entity, other, kind, code, value));

    private sealed class ClientListener(RunObserver observer, VirtualClient client) : ServiceEventListener
    {
        public override void OnHealthChanged(ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
        {
            var number = observer._world.Simulation.Trace.Name(instance.Id);
            observer.Record(TraceKind.HealthChanged, 0, client.Number, number, (short)to);
            observer.Timeline.Add(client.Name, instance.Id, $"{from} to {to}: {reason}");
            observer.Detection.Look();
            observer.Rare.HealthChanged(from, to, reason);
            observer._history?.HealthChanged(client, instance, to);
            foreach (var check in observer._checks) check.HealthChanged(client, instance, from, to, reason);
        }

        public override void OnCatalogChanged(ServiceCatalog catalog)
        {
            observer.Record(TraceKind.CatalogChanged, 0, client.Number, observer._service, value: catalog.Instances.Length);
            observer.Detection.Look();
            observer.Rare.CatalogChanged(client, catalog);
            observer._history?.CatalogChanged(client);
            foreach (var check in observer._checks) check.CatalogChanged(client, catalog);
        }

        public override void OnRemovalHeld(string service, int removed, TimeSpan holdTime)
        {
            observer.Rare.Held(client, removed);
            client.HeldSince ??= observer._world.Simulation.Now;
            observer.Timeline.Add(client.Name, service, $"{removed} removals held");
        }

        public override void OnRegistryFailed(string service, Exception error, TimeSpan retryAfter) =>
            observer.Timeline.Add(client.Name, "registry", $"failed: {error.Message}");

        public override void OnRegistryRecovered(string service)
        {
            observer.Rare.Note(RareState.RegistryRecovered);
            foreach (var check in observer._checks) check.RegistryAnswersAgain(client);
            observer.Timeline.Add(client.Name, "registry", "recovered");
        }

        public override void OnPanicChanged(string service, bool isPanic)
        {
            if (isPanic) observer.Panics++;
            observer.Rare.Note(isPanic ? RareState.PanicEntered : RareState.PanicLeft);
            observer.Record(TraceKind.PanicChanged, 0, client.Number, observer._service, (short)(isPanic ? 1 : 0));
            observer.Timeline.Add(client.Name, service, isPanic ? "enters panic" : "leaves panic");
        }

        public override void OnAttemptCompleted(ServiceInstance instance, in CallOutcome outcome)
        {
            var number = observer._world.Find(instance)?.Number ?? -1;
            observer.Record(TraceKind.AttemptEnded, 0, client.Number, number, (short)outcome.Kind);
            if (outcome.Kind == OutcomeKind.Overload) observer.Rare.Note(RareState.OverloadAnswered);
            observer._history?.AttemptEnded(instance, outcome);
            foreach (var check in observer._onAttemptEnded) check.AttemptEnded(client, instance, outcome);
        }

        public override void OnLoopEnded(SpawnedLoop loop, Exception? error) => observer.LoopEnded(loop, error);
    }

    private sealed class InstanceListener(RunObserver observer, VirtualInstance instance) : ServiceEventListener
    {
        public override void OnRegistrationChanged(ServiceInstance changed, RegistrationState state, Exception? error)
        {
            observer.Record(TraceKind.RegistrationChanged, 0, instance.Number, -1, (short)state);
            if (state == RegistrationState.Lost) observer.Rare.Note(RareState.RegistrationLost);
        }

        public override void OnLoopEnded(SpawnedLoop loop, Exception? error) => observer.LoopEnded(loop, error);
    }

    private void Measure(in CallEnd end, long ticks)
    {
        if (end.IsSuccess) Succeeded++;
        else Failed++;
        Latency.Record(ticks);
        if (!end.IsSuccess) FailureLatency.Record(ticks);
    }

    private SimulationCheck[] Interested(Interest interest) => Array.FindAll(_checks, c => c.Interest.HasFlag(interest));

    private void LoopEnded(SpawnedLoop loop, Exception? error)
    {
        if (error is null) return;
        foreach (var check in _checks) check.LoopBroke(loop, error);
    }
}
