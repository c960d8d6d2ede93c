using System.Runtime.CompilerServices;

namespace HA.Core.Endpoints;

/// <summary>
/// One instance as this process has observed it: the facts that policies read. Its identity, statistics and health
/// outlive snapshots and changes of weight or metadata.
/// </summary>
/// <remarks>
/// Reading is safe for concurrent use and takes no lock. Counters are shared by all snapshots on purpose: an old
/// snapshot still sees today's load. Facts are written only by leases, transports, the pool and the health tracker.
/// </remarks>
public sealed class Endpoint
{
    /// <summary>Successes after which an endpoint is no longer new.</summary>
    internal const int SuccessesToTrust = 8;

    private const float OutcomeWeight = 0.02f;
    private const float LeastSuccessShare = 0.3f;

    private readonly EndpointClock _clock;
    private volatile ServiceInstance _instance;
    private EndpointFacts _facts;
    private int _health;

    /// <summary>Creates an endpoint that nothing is known of yet.</summary>
    public Endpoint(ServiceInstance instance) : this(instance, EndpointClock.System, default)
    {
    }

    internal Endpoint(ServiceInstance instance, EndpointClock clock, LoadPlace place = default)
    {
        _instance = instance;
        _clock = clock;
        Place = place;
        _facts.Row = place.Row;
        _facts.Place = place.Row is null ? EndpointFacts.Nowhere : place.Index;
        _facts.SuccessShare = 1;
        // Marked, since it is new.
        _facts.Cost = 0;
    }

    /// <summary>The registry's latest word on this instance, or what this process was told to take in its place.</summary>
    public ServiceInstance Instance
    {
        get => _instance;
        internal set => _instance = value;
    }

    /// <summary>How fit it is, all signals combined.</summary>
    public EndpointHealth Health
    {
        get => (EndpointHealth)Volatile.Read(ref _health);
        internal set => Volatile.Write(ref _health, (int)value);
    }

    /// <summary>Calls (and probes of half-open state) under way, including responses whose body is still being read.</summary>
    // Field by field, here and below: whoever takes the facts' address has to check it for null first, by a read of the object's
    // first cache line, which picks need for nothing else.
    public int InFlight => _facts.Place < 0 ? Volatile.Read(in _facts.InFlight) : Volatile.Read(in _facts.Row![_facts.Place]);

    /// <summary>What calls have taught about it.</summary>
    public EndpointStats Stats => new(
        _facts.Latency > 0 ? new TimeSpan((long)_facts.Latency) : null,
        _facts.SuccessShare, _facts.Failures, _facts.OthersAt == 0 ? null : _facts.OthersInFlight);

    /// <summary>What admits calls and learns from them; set once by the health tracker.</summary>
    internal EndpointMonitor Monitor { get; set; } = EndpointMonitor.Indifferent;

    /// <summary>The clock that its timestamps are of.</summary>
    internal EndpointClock Clock => _clock;

    internal ref readonly EndpointFacts Facts => ref _facts;

    /// <summary>Where its calls in flight are counted.</summary>
    internal LoadPlace Place { get; }

    /// <summary>Its health when it was last published; only for the pool, under its lock.</summary>
    internal EndpointHealth PublishedHealth { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Instance} {Health}, {InFlight} in flight";

    /// <summary>Takes the endpoint's own word for how many calls it has, from all clients together.</summary>
    /// <param name="inFlight">Calls that it is working on, this process's included.</param>
    /// <param name="now">When it said so, as a timestamp of the environment's clock.</param>
    /// <remarks>For transports, before they complete the call that brought the news. A negative number is no news.</remarks>
    public void ReportLoad(int inFlight, long now)
    {
        if (inFlight < 0) return;
        _facts.OthersInFlight = Math.Max(0, inFlight - InFlight);
        _facts.OthersAt = now;
    }

    /// <summary>It is new to a fleet that is known already.</summary>
    /// <param name="usualLatency">What its calls are presumed to take until they take longer, or time passes.</param>
    /// <param name="now">The moment.</param>
    internal void Join(double usualLatency, long now) => (_facts.Presumed, _facts.PresumedAt) = (usualLatency, now);

    /// <summary>It may be called again after it was out, and is trusted slowly.</summary>
    /// <remarks>Its failures are forgiven: doubt would keep the calls away that it is to prove itself by.</remarks>
    internal void ComeBack(double usualLatency, long now)
    {
        Join(usualLatency, now);
        (_facts.Successes, _facts.Failures, _facts.FailuresForgottenAt) = (0, 0, 0);
        _facts.SuccessShare = 1;
        _facts.Cost = _facts.LatencyCost;
    }

    internal void Enter()
    {
        if (_facts.Place < 0) Interlocked.Increment(ref _facts.InFlight);
        else Interlocked.Increment(ref _facts.Row![_facts.Place]);
    }

    internal void Leave()
    {
        if (_facts.Place < 0) Interlocked.Decrement(ref _facts.InFlight);
        else Interlocked.Decrement(ref _facts.Row![_facts.Place]);
    }

    /// <summary>Learns from an outcome: all that policies know of latency and failures comes from here.</summary>
    internal void Learn(in CallOutcome outcome)
    {
        long cost;
        switch (outcome.Kind)
        {
            case OutcomeKind.Success:
                if (_facts.SuccessShare < 1) _facts.SuccessShare = Towards(_facts.SuccessShare, 1);
                if (_facts.Failures != 0) _facts.Failures = 0;
                _facts.FailuresForgottenAt = 0;
                cost = LearnLatency(Math.Max(1, outcome.Latency.Ticks), outcome.EndedAt);
                break;
            case OutcomeKind.Failure or OutcomeKind.Overload:
                // A failure says nothing of how long success takes: one that fails fast must not look fast.
                _facts.SuccessShare = Towards(_facts.SuccessShare, 0);
                var failures = ++_facts.Failures;
                _facts.FailuresForgottenAt = outcome.EndedAt + _clock.DoubtOf(failures);
                cost = _facts.LatencyCost;
                break;
            default:
                // The caller did not wait for the end, but has seen that it takes at least so long.
                if (_facts.Latency == 0 || outcome.Latency.Ticks <= _facts.Latency) return;
                cost = Take(outcome.Latency.Ticks, outcome.EndedAt);
                break;
        }

        // Squared: half the successes are worth less than half the calls, since each failure costs a retry as well.
        if (_facts.SuccessShare < 1) cost -= 2 * LogScale.Of(Math.Max(_facts.SuccessShare, LeastSuccessShare));
        _facts.Cost = cost;
    }

    private static float Towards(float from, float to)
    {
        var next = from + ((to - from) * OutcomeWeight);
        // Else it would stop just short of it, for ever.
        return next > 0.9999f ? 1 : next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long LearnLatency(double ticks, long now)
    {
        if (_facts.Successes < SuccessesToTrust)
        {
            // The first calls of a process are slow; what is remembered of them is soon replaced, peaks too.
            ticks = _facts.Successes == 0 ? ticks : (_facts.Latency + ticks) / 2;
            // Few calls have no peak yet, and would make it look faster than whoever has had many.
            ticks = Math.Max(ticks, _facts.Presumed * _clock.Fading(now - _facts.PresumedAt));
            _facts.Successes++;
        }
        else if (ticks < _facts.Latency)
        {
            ticks += (_facts.Latency - ticks) * _clock.Fading(now - _facts.LatencyAt);
        }

        return Take(ticks, now);
    }

    // Answers its logarithm, which whoever has it need not read back from where it has just been written.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Take(double ticks, long now)
    {
        _facts.Latency = ticks;
        _facts.LatencyAt = now;
        _facts.Faded = _clock.Faded(now);
        return _facts.LatencyCost = LogScale.Of((float)ticks);
    }
}
