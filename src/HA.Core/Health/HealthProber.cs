using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>
/// Checks endpoints from time to time, each on a schedule of its own: one that hangs delays nobody's verdict but its own,
/// and phases are spread so that many endpoints are not checked at one moment. A call that fails brings its check forward.
/// </summary>
/// <remarks>Used under the pool's lock, except for the loops it runs.</remarks>
internal sealed class HealthProber
{
    private readonly Dictionary<Endpoint, SpawnedLoop> _loops = new(ReferenceEqualityComparer.Instance);
    private readonly ServiceEnvironment _environment;
    private readonly HealthOptions _options;
    private readonly HealthTracker _tracker;
    private readonly CheckLanes _lanes;
    private readonly long _anchor;
    private readonly double _firstPhase;
    private int _started;

    internal HealthProber(ServiceEnvironment environment, HealthOptions options, HealthTracker tracker)
    {
        _environment = environment;
        _options = options;
        _tracker = tracker;
        _lanes = new CheckLanes(environment, options.MaxConcurrentChecks);
        _anchor = environment.Time.GetTimestamp();
        _firstPhase = environment.Random($"phase of checks of {tracker.Service}").NextDouble();
    }

    internal void Start(Endpoint endpoint)
    {
        var name = $"check {endpoint.Instance.Service}/{endpoint.Instance.Id}";
        var phase = CheckSchedule.PhaseOf(_firstPhase, _started++);
        var schedule = new CheckSchedule(_environment.Time, _anchor, phase, _environment.Random(name));
        _loops.Add(endpoint, _environment.Spawn(name, stop => RunAsync(endpoint, schedule, stop)));
    }

    internal void Stop(Endpoint endpoint)
    {
        if (_loops.Remove(endpoint, out var loop)) loop.Stop();
    }

    internal Task StopAllAsync()
    {
        var loops = _loops.Values.ToArray();
        _loops.Clear();
        foreach (var loop in loops) loop.Stop();
        return Task.WhenAll(loops.Select(static l => l.Completion));
    }

    private async Task RunAsync(Endpoint endpoint, CheckSchedule schedule, CancellationToken stop)
    {
        var state = HealthTracker.StateOf(endpoint);
        await UntilFailureAsync(state, TimeSpan.Zero, schedule.Until(_options.CheckInterval), stop).ConfigureAwait(false);
        while (true)
        {
            var isUnhealthy = state.Checks.Verdict == EndpointHealth.Unhealthy;
            await _lanes.EnterAsync(isUnhealthy, stop).ConfigureAwait(false);
            try
            {
                var beganAt = _environment.Time.GetTimestamp();
                var result = await CheckAsync(endpoint, stop).ConfigureAwait(false);
                var took = _environment.Time.GetElapsedTime(beganAt);
                _environment.Listener.OnHealthChecked(endpoint.Instance, result.IsHealthy, took);
                _tracker.ReportCheck(endpoint, result);
            }
            finally
            {
                _lanes.Leave(isUnhealthy);
            }

            await WaitAsync(state, schedule, stop).ConfigureAwait(false);
        }
    }

    private Task<HealthCheckResult> CheckAsync(Endpoint endpoint, CancellationToken stop) =>
        BoundedCheck.RunAsync(_options.Checker!, endpoint.Instance, _environment.Time, _options.CheckTimeout, stop);

    private async ValueTask WaitAsync(EndpointHealthState state, CheckSchedule schedule, CancellationToken stop)
    {
        var (verdict, isInDoubt) = state.Checks;
        var isUsed = state.Use.Look();
        if (isInDoubt)
            await DelayAsync(schedule.After(_options.RecheckInterval), stop).ConfigureAwait(false);
        else if (verdict == EndpointHealth.Unhealthy)
            await DelayAsync(schedule.Until(_options.UnhealthyCheckInterval), stop).ConfigureAwait(false);
        else if (isUsed || _options.IdleCheckInterval == _options.CheckInterval)
            await UntilFailureAsync(state, _options.RecheckInterval, schedule.Until(_options.CheckInterval), stop).ConfigureAwait(false);
        else
            await DozeAsync(state, schedule.Until(_options.IdleCheckInterval), stop).ConfigureAwait(false);
    }

    // Until the endpoint's next moment, or until a call to it fails; but a check is given some rest first, however many fail.
    private async ValueTask UntilFailureAsync(EndpointHealthState state, TimeSpan rest, TimeSpan wait, CancellationToken stop)
    {
        var seen = state.CallFailed.Version;
        await DelayAsync(rest < wait ? rest : wait, stop).ConfigureAwait(false);
        if (wait > rest) await state.CallFailed.WaitAsync(seen, wait - rest, stop).ConfigureAwait(false);
    }

    // Until the endpoint's next moment as an idle one, or until a call asks for it.
    private Task DozeAsync(EndpointHealthState state, TimeSpan wait, CancellationToken stop) =>
        state.Use.WaitAsync(_environment, wait, stop);

    private ValueTask DelayAsync(TimeSpan wait, CancellationToken stop) => _environment.Time.DelayAsync(wait, stop);
}
