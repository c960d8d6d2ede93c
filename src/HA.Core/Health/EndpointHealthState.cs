using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>
/// The health of one endpoint: what the registry says, what checks say, what calls taught; the worst counts. All
/// transitions are here.
/// </summary>
/// <remarks>
/// The passive signal goes healthy, (detector, or comparison with the peers) unhealthy, (time) probing, (evidence) healthy
/// again or unhealthy for longer. Time alone never makes an endpoint healthy. Safe for concurrent use; when nothing changes,
/// an outcome takes no lock.
/// </remarks>
internal sealed class EndpointHealthState : EndpointMonitor, IDisposable
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly Lock _transition = new();
    private readonly HealthTracker _tracker;
    private readonly EjectionHistory _history;
    private readonly ProbeLoans _loans = new();
    private readonly OutcomeTally _tally = new();
    private volatile IFailureDetector _detector;
    private volatile RiseFall? _checks;
    private HalfOpenGate _gate;
    private volatile EndpointHealth _passive = EndpointHealth.Healthy;
    private ITimer? _revival;
    private long _ejectedUntil;
    private int _proofs;
    private bool _isOut;
    private bool _disposed;

    internal EndpointHealthState(HealthTracker tracker, Endpoint endpoint)
    {
        _tracker = tracker;
        Endpoint = endpoint;
        var (time, options) = (tracker.Environment.Time, tracker.Options);
        _detector = options.CreateDetector(time);
        _history = new EjectionHistory(time, tracker.Jitter);
        CallFailed = new AsyncSignal(tracker.Environment);
        if (options.Checker is not null) _checks = new RiseFall(options.Rise, options.Fall);
        endpoint.Health = Combined();
    }

    internal Endpoint Endpoint { get; }

    /// <summary>Whether calls asked for the endpoint since this was last looked at.</summary>
    internal UseOfEndpoint Use { get; } = new();

    /// <summary>Tells that a call failed while the endpoint was thought to be fit: reason enough to check it.</summary>
    internal AsyncSignal CallFailed { get; }

    private long Now => _tracker.Environment.Time.GetTimestamp();

    internal override bool TryEnter(out long ticket)
    {
        Use.Mark();
        if (!_gate.TryEnter(out ticket) && !TryEnterForTheOverdue(out ticket)) return false;
        if (HalfOpenGate.HasPermit(ticket)) Lend(ticket);
        return true;
    }

    internal override long EnterAnyway() => _gate.EnterAnyway();

    internal override void Record(in CallOutcome outcome, long ticket)
    {
        if (_passive != EndpointHealth.Healthy)
        {
            RecordOnProbation(outcome, ticket);
            return;
        }

        // A straggler from before the last transition is not even counted.
        if (!_gate.IsCurrent(ticket)) return;
        var successes = _tally.Add(outcome);
        if (outcome.Kind == OutcomeKind.Success)
        {
            if (!_history.IsClean && _history.Credit(outcome.EndedAt)) Forgive();
        }
        else if (outcome.Kind == OutcomeKind.Failure && _checks is not null)
        {
            CallFailed.Set();
        }

        var period = _detector.Observe(outcome, successes);
        _tracker.Outliers?.Look(outcome.EndedAt);
        if (period is not null) EjectFor(period.Value, ticket);
    }

    /// <summary>Ejects an endpoint that compares badly, or answers false if it is out already or too many are.</summary>
    internal bool Eject()
    {
        lock (_transition)
        {
            if (_passive != EndpointHealth.Healthy || !TryCountOutLocked()) return false;
            EjectLocked(_tracker.Options.EjectionTime);
            return true;
        }
    }

    /// <summary>Ejects by hand, or answers false if it is out already.</summary>
    internal bool MarkUnhealthy()
    {
        lock (_transition)
        {
            if (_passive == EndpointHealth.Unhealthy) return false;
            if (!_isOut && !_disposed) _isOut = _tracker.CountOut(isBound: false);
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
            _history.Clear();
        }
    }

    internal bool ObserveCheck(bool isHealthy)
    {
        lock (_transition)
        {
            return _checks?.Observe(isHealthy) == true;
        }
    }

    /// <summary>What the checks say by now, and whether the last one contradicts it.</summary>
    internal (EndpointHealth Verdict, bool IsInDoubt) Checks
    {
        get
        {
            lock (_transition) return _checks is { } checks ? (checks.Verdict, checks.IsInDoubt) : (EndpointHealth.Unknown, false);
        }
    }

    /// <summary>The process was restarted under its old id: what its predecessor did is no evidence against it.</summary>
    internal void Reincarnated()
    {
        lock (_transition)
        {
            _detector.Reset();
            _checks?.Clear();
            if (_passive == EndpointHealth.Unhealthy) ProbeLocked();
        }
    }

    /// <summary>The tracker judges by other options. What was found stays; what is counted otherwise is counted anew.</summary>
    internal void Reconfigure(HealthOptions former)
    {
        var options = _tracker.Options;
        lock (_transition)
        {
            if (!options.HasDetectorOf(former)) _detector = options.CreateDetector(_tracker.Environment.Time);
            if (former.Outliers is null) _tally.Take();
            if (options.Checker is null) _checks = null;
            else if (_checks is null) _checks = new RiseFall(options.Rise, options.Fall);
            else _checks.Reconfigure(options.Rise, options.Fall);
        }
    }

    /// <summary>What calls came to since the last comparison; nothing while it is out, or the registry does not call it up.</summary>
    internal OutlierSample TakeTally()
    {
        lock (_transition)
        {
            var sample = _tally.Take();
            return _passive == EndpointHealth.Healthy && Endpoint.Instance.Status == ServiceStatus.Up ? sample : default;
        }
    }

    /// <summary>Combines the signals anew and answers whether the endpoint's health changed by it.</summary>
    internal bool Refresh(out EndpointHealth from, out EndpointHealth to)
    {
        lock (_transition)
        {
            from = Endpoint.Health;
            to = Combined();
            if (from == to) return false;
            // Before it is seen to be fit, or on probation: calls must find it new already.
            if (from == EndpointHealth.Unhealthy && to <= EndpointHealth.Probing)
                Endpoint.ComeBack(_tracker.UsualLatency(), Now);
            Endpoint.Health = to;
            return true;
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
            CountInLocked();
        }
    }

    private void EjectFor(TimeSpan period, long ticket)
    {
        lock (_transition)
        {
            if (_passive != EndpointHealth.Healthy || !_gate.IsCurrent(ticket) || !TryCountOutLocked()) return;
            EjectLocked(period);
        }

        _tracker.Ejected(this, EjectionReason.Calls, "calls failed");
    }

    private void RecordOnProbation(in CallOutcome outcome, long ticket)
    {
        var isEjected = false;
        lock (_transition)
        {
            // A straggler from before the last transition proves nothing about now, nor does a probe that lost its permit.
            if (!_gate.IsCurrent(ticket) || _passive == EndpointHealth.Healthy) return;
            if (HalfOpenGate.HasPermit(ticket) && !_loans.Settle(ticket)) return;
            if (outcome.Kind == OutcomeKind.Failure && _passive == EndpointHealth.Probing)
            {
                EjectLocked(_tracker.Options.EjectionTime);
                isEjected = true;
            }
            else if (IsProvenLocked(outcome.Kind))
            {
                RestoreLocked();
            }
            else
            {
                if (HalfOpenGate.HasPermit(ticket)) _gate.Return(ticket);
                return;
            }
        }

        if (isEjected) _tracker.Ejected(this, EjectionReason.Probation, "probe failed");
        else _tracker.Changed(this, "calls succeeded");
    }

    // In panic, ejected endpoints are called too; an answer is evidence wherever it comes from. Nothing learnt proves nothing.
    private bool IsProvenLocked(OutcomeKind kind)
    {
        if (kind == OutcomeKind.Failure) _proofs = 0;
        if (kind is OutcomeKind.Success or OutcomeKind.Overload) _proofs++;
        return _proofs >= _tracker.Options.ProbesToRestore;
    }

    private void Lend(long ticket)
    {
        lock (_transition)
        {
            var longest = _tracker.Environment.Time.ToTimestampTicks(_tracker.Options.ProbeTimeout);
            if (_gate.IsCurrent(ticket)) _loans.Lend(ticket, Now + longest);
        }
    }

    // A probe that hangs gives its permit up to the next call that asks.
    private bool TryEnterForTheOverdue(out long ticket)
    {
        ticket = 0;
        if (!_loans.MayBeOverdue(Now)) return false;
        lock (_transition)
        {
            while (_loans.TryWriteOff(Now, out var overdue)) _gate.Return(overdue);
        }

        return _gate.TryEnter(out ticket);
    }

    private void Forgive()
    {
        lock (_transition) _history.Forgive();
    }

    // An endpoint that has left is nobody's any more; calls that it still has take no place of others.
    private bool TryCountOutLocked() => _isOut = !_disposed && _tracker.CountOut(isBound: true);

    private void CountInLocked()
    {
        if (_isOut) _tracker.CountIn();
        _isOut = false;
    }

    private void EjectLocked(TimeSpan period)
    {
        var time = _tracker.Environment.Time;
        var length = _history.Next(period, _tracker.Options.MaxEjectionTime);
        _ejectedUntil = Now + time.ToTimestampTicks(length);
        BeginLocked(EndpointHealth.Unhealthy, permits: 0);
        if (_disposed) return;
        _revival ??= time.CreateTimer(
            static s => ((EndpointHealthState)s!).OnEjectionOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _revival.Change(length, Timeout.InfiniteTimeSpan);
    }

    private void RestoreLocked()
    {
        _detector.Reset();
        _tally.Take();
        _history.BeginGoodTime();
        BeginLocked(EndpointHealth.Healthy, permits: 0);
        _revival?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CountInLocked();
    }

    private void ProbeLocked() => BeginLocked(EndpointHealth.Probing, _tracker.Options.ProbePermits);

    private void BeginLocked(EndpointHealth passive, int permits)
    {
        _passive = passive;
        _proofs = 0;
        _loans.Clear();
        _gate.Begin(permits);
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
