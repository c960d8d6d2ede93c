using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>
/// The health of one endpoint: what the registry says, what checks say, what calls taught; the worst counts. All
/// transitions are here.
/// </summary>
/// <remarks>
/// The passive signal goes healthy, (detector) unhealthy, (time) probing, (evidence) healthy again or unhealthy for
/// longer. Time alone never makes an endpoint healthy. Safe for concurrent use; when nothing changes, an outcome takes no
/// lock.
/// </remarks>
internal sealed class EndpointHealthState : EndpointMonitor, IDisposable
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _transition = new();
    private readonly HealthTracker _tracker;
    private readonly IFailureDetector _detector;
    private readonly RiseFall? _checks;
    private HalfOpenGate _gate;
    private volatile EndpointHealth _passive = EndpointHealth.Healthy;
    private ITimer? _revival;
    private TimeSpan _lastEjection;
    private long _ejectedUntil;
    private long _restoredAt;
    private int _ejections;
    private bool _disposed;

    internal EndpointHealthState(HealthTracker tracker, Endpoint endpoint)
    {
        _tracker = tracker;
        Endpoint = endpoint;
        _detector = tracker.Options.CreateDetector();
        _checks = tracker.Options.Checker is null ? null : new RiseFall(tracker.Options.Rise, tracker.Options.Fall);
        _restoredAt = Now;
        endpoint.Health = Combined();
    }

    internal Endpoint Endpoint { get; }

    private long Now => _tracker.Environment.Time.GetTimestamp();

    internal override bool TryEnter(out long ticket) => _gate.TryEnter(out ticket);

    internal override long EnterAnyway() => _gate.EnterAnyway();

    internal override void Record(in CallOutcome outcome, long ticket)
    {
        if (_passive == EndpointHealth.Healthy)
        {
            // A straggler from before the last transition is not even counted.
            if (!_gate.IsCurrent(ticket) || _detector.Observe(outcome) is not { } period) return;
            lock (_transition)
            {
                if (_passive != EndpointHealth.Healthy || !_gate.IsCurrent(ticket)) return;
                EjectLocked(period);
            }

            _tracker.Changed(this, "calls failed");
            return;
        }

        RecordOnProbation(outcome, ticket);
    }

    /// <summary>Ejects by hand, or answers false if it is out already.</summary>
    internal bool MarkUnhealthy()
    {
        lock (_transition)
        {
            if (_passive == EndpointHealth.Unhealthy) return false;
            EjectLocked(_tracker.Options.EjectionTime);
            return true;
        }
    }

    /// <summary>Somebody who knows says that it is well: checks and calls begin afresh.</summary>
    internal void MarkHealthy()
    {
        lock (_transition)
        {
            _checks?.Clear();
            if (_passive != EndpointHealth.Healthy) RestoreLocked();
            else _detector.Reset();
            _ejections = 0;
        }
    }

    internal bool ObserveCheck(bool isHealthy)
    {
        lock (_transition)
        {
            return _checks!.Observe(isHealthy);
        }
    }

    /// <summary>The process was restarted under its old id: what its predecessor did is no evidence against it.</summary>
    internal void Reincarnated()
    {
        lock (_transition)
        {
            _detector.Reset();
            if (_passive == EndpointHealth.Unhealthy) ProbeLocked();
        }
    }

    /// <summary>Combines the signals anew and answers whether the endpoint's health changed by it.</summary>
    internal bool Refresh(out EndpointHealth from, out EndpointHealth to)
    {
        lock (_transition)
        {
            from = Endpoint.Health;
            Endpoint.Health = to = Combined();
            return from != to;
        }
    }

    private EndpointHealth Combined()
    {
        var registry = Endpoint.Instance.Status switch
        {
            ServiceStatus.Up => EndpointHealth.Healthy,
            ServiceStatus.Draining => EndpointHealth.Draining,
            _ => EndpointHealth.Unhealthy,
        };
        var active = _checks?.Verdict ?? EndpointHealth.Healthy;
        return (EndpointHealth)Math.Max((byte)registry, Math.Max((byte)active, (byte)_passive));
    }

    public void Dispose()
    {
        lock (_transition)
        {
            _disposed = true;
            _revival?.Dispose();
        }
    }

    private void RecordOnProbation(in CallOutcome outcome, long ticket)
    {
        string reason;
        lock (_transition)
        {
            // A straggler from before the last transition proves nothing about now.
            if (!_gate.IsCurrent(ticket)) return;
            switch (_passive, outcome.Kind)
            {
                case (EndpointHealth.Probing, OutcomeKind.Ignored):
                    if (HalfOpenGate.HasPermit(ticket)) _gate.Return(ticket);
                    return;
                case (EndpointHealth.Probing, OutcomeKind.Failure):
                    EjectLocked(_tracker.Options.EjectionTime);
                    reason = "probe failed";
                    break;
                // In panic, ejected endpoints are called too; an answer is evidence wherever it comes from.
                case (EndpointHealth.Probing or EndpointHealth.Unhealthy, OutcomeKind.Success or OutcomeKind.Overload):
                    RestoreLocked();
                    reason = "call succeeded";
                    break;
                default:
                    return;
            }
        }

        _tracker.Changed(this, reason);
    }

    private void EjectLocked(TimeSpan period)
    {
        var time = _tracker.Environment.Time;
        // Having been well for twice the last ejection pays for it.
        if (_passive == EndpointHealth.Healthy && time.GetElapsedTime(_restoredAt) > _lastEjection * 2) _ejections = 0;
        var growth = 1L << Math.Min(_ejections++, 20);
        var limit = _tracker.Options.MaxEjectionTime;
        var length = period < limit / growth ? period * growth : limit;
        // Many clients eject together; they should not all come back together.
        _lastEjection = length + _tracker.Jitter.NextTime(length / 10);
        _ejectedUntil = Now + time.ToTimestampTicks(_lastEjection);
        _passive = EndpointHealth.Unhealthy;
        _gate.Begin(halfOpenPermits: 0);
        if (_disposed) return;
        _revival ??= time.CreateTimer(
            static s => ((EndpointHealthState)s!).OnEjectionOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _revival.Change(_lastEjection, Timeout.InfiniteTimeSpan);
    }

    private void RestoreLocked()
    {
        _passive = EndpointHealth.Healthy;
        _restoredAt = Now;
        _detector.Reset();
        _gate.Begin(halfOpenPermits: 0);
        _revival?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ProbeLocked()
    {
        _passive = EndpointHealth.Probing;
        _gate.Begin(_tracker.Options.ProbePermits);
    }

    private void OnEjectionOver()
    {
        lock (_transition)
        {
            // The timer may have been on its way while the state moved on.
            if (_disposed || _passive != EndpointHealth.Unhealthy) return;
            var time = _tracker.Environment.Time;
            var left = time.GetElapsedTime(Now, _ejectedUntil);
            if (left > TimeSpan.Zero)
            {
                // The machine's timers count whole milliseconds and often fire early; nobody else would wake it again.
                _revival!.Change(left < OneMillisecond ? OneMillisecond : left, Timeout.InfiniteTimeSpan);
                return;
            }

            ProbeLocked();
        }

        _tracker.Changed(this, "ejection over");
    }
}
