using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Simulation.Checks;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Inspection;

/// <summary>Follows one call through a run: what its client knew when it picked, and what became of each attempt.</summary>
/// <remarks>It sees what the checks see, and stands around the policy. It draws nothing, so the run is the same without it.</remarks>
internal sealed class CallWatch(long call) : SimulationCheck
{
    private readonly List<AttemptUnderWay> _attempts = [];
    private readonly List<PickAccount> _picks = [];
    private readonly List<TimelineEntry> _meanwhile = [];
    private World _world = null!;
    private VirtualClient? _client;
    private long _beganAt;
    private bool _isOnceOnly;
    private bool _isOver;
    private CallEnd _end;
    private long _ticks;

    internal override string Name => "call watched";

    internal override string Law => "a call is followed";

    internal override Interest Interest =>
        Interest.CallStarted | Interest.AttemptStarted | Interest.AttemptEnded | Interest.CallEnded | Interest.Arrived;

    /// <summary>Begins to look.</summary>
    internal SimulationCheck In(World world)
    {
        _world = world;
        return this;
    }

    /// <summary>What was seen; null if there was no such call.</summary>
    internal CallAccount? Account() => _client is null ? null : new CallAccount
    {
        Call = call,
        Client = _client.Name,
        Balancer = _world.Scenario.Client.Policy,
        BeganAtSeconds = new TimeSpan(_beganAt).TotalSeconds,
        IsIdempotent = !_isOnceOnly,
        Attempts = [.. _attempts.Select(a => a.ToAccount(_beganAt))],
        PicksWithoutAttempt = [.. _picks],
        Meanwhile = [.. _meanwhile],
        TookMs = Milliseconds(_ticks),
        IsSuccess = _end.IsSuccess,
        Error = _end.Error,
    };

    /// <summary>The policy that is made, with somebody who looks over its shoulder.</summary>
    internal Func<RandomStream, ILoadBalancer> Around(Func<RandomStream, ILoadBalancer> create) => random =>
    {
        var draws = new ToldStream(random);
        return WatchedBalancer.Around(create(draws), draws, this);
    };

    /// <summary>Whether a pick from this snapshot, now, may be for the call.</summary>
    internal bool IsAsking(EndpointSnapshot snapshot) =>
        _client is not null && !_isOver && (snapshot.All.IsEmpty || _client.Pool.Snapshot.All.Contains(snapshot.All[0]));

    /// <summary>How an endpoint looks just before a pick.</summary>
    internal CandidateAccount Look(Endpoint endpoint)
    {
        var (stats, instance) = (endpoint.Stats, _world.Find(endpoint.Instance));
        return new CandidateAccount(
            endpoint.Instance.Id, endpoint.Health.ToString(), endpoint.Instance.Weight, endpoint.InFlight, stats.Latency?.TotalMilliseconds,
            Math.Round(stats.SuccessShare, 4), stats.FailuresInARow, ScoreOf(endpoint),
            instance is null ? "nobody" : instance.State.ToString().ToLowerInvariant(), instance?.Load ?? 0);
    }

    internal void Picked(PickAccount pick) => _picks.Add(pick);

    internal override void CallStarted(VirtualClient client, long started)
    {
        if (started != call) return;
        _client = client;
        _beganAt = _world.Pump.Clock;
    }

    internal override void OnceOnly(long started) => _isOnceOnly |= started == call;

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long started, int number)
    {
        if (client != _client || _isOver) return;
        var now = _world.Pump.Clock;
        if (started == call) _attempts.Add(new AttemptUnderWay(_attempts.Count + 1, instance, now, [.. _picks]));
        else _attempts.FindLast(a => a.Instance == instance && a.StartedAt == now)?.Doubt();
        // A pick is followed by its attempt at once: whatever was picked before another call's attempt was for that one.
        _picks.Clear();
    }

    internal override void Arrived(VirtualInstance instance, long arrived)
    {
        if (arrived != call) return;
        // The instance counts it already if it has begun, so this is asked before.
        _attempts.FindLast(a => a.Instance == instance && a.ArrivedAt is null)?.Arrive(_world.Pump.Clock, instance.Load);
    }

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (client != _client) return;
        var startedAt = outcome.EndedAt - outcome.Latency.Ticks;
        _attempts.Find(a => a.Outcome is null && a.StartedAt == startedAt && a.Instance?.Description.Id == instance.Id)?.End(outcome);
    }

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (client != _client || _isOver) return;
        _meanwhile.Add(new TimelineEntry(_world.Simulation.Now.TotalSeconds, client.Name, instance.Id, $"{from} to {to}: {reason}"));
    }

    internal override void CallEnded(VirtualClient client, long ended, in CallEnd end, long ticks)
    {
        if (ended != call) return;
        (_isOver, _end, _ticks) = (true, end, ticks);
    }

    private static double Milliseconds(long ticks) => Math.Round((double)ticks / TimeSpan.TicksPerMillisecond, 4);

    // Milliseconds that a call would take, if all that speaks against the instance were latency.
    private static double? Cost(long? logarithm) =>
        logarithm is { } cost ? StableMath.Pow(2, (double)cost / LogScale.Octave) / TimeSpan.TicksPerMillisecond : null;

    private double? ScoreOf(Endpoint endpoint)
    {
        double? score = _world.Scenario.Client.Policy switch
        {
            "textbook" => endpoint.InFlight,
            "least-requests" or "least" or "power-of-two-choices" or "p2c" =>
                (double)endpoint.InFlight / Math.Max(1, endpoint.Instance.Weight),
            "peak-ewma" or "ewma" => Cost(CallCost.Of(endpoint, _world.Pump.Clock, countsFailures: false)),
            "failure-aware" => Cost(CallCost.Of(endpoint, _world.Pump.Clock, countsFailures: true)),
            _ => null,
        };
        return score is { } value ? Math.Round(value, 4) : null;
    }

    /// <summary>An attempt as far as it has come.</summary>
    private sealed class AttemptUnderWay(int number, VirtualInstance? instance, long startedAt, PickAccount[] picks)
    {
        private CallOutcome? _outcome;
        private bool _isDoubtful;
        private int _ahead;

        internal VirtualInstance? Instance => instance;

        internal long StartedAt => startedAt;

        internal long? ArrivedAt { get; private set; }

        internal CallOutcome? Outcome => _outcome;

        internal void Arrive(long now, int ahead) => (ArrivedAt, _ahead) = (now, ahead);

        internal void End(in CallOutcome outcome) => _outcome = outcome;

        /// <summary>Another call's attempt began at the same instant at the same instance: outcomes do not tell them apart.</summary>
        internal void Doubt() => _isDoubtful = true;

        internal AttemptAccount ToAccount(long beganAt) => new(
            number, Milliseconds(startedAt - beganAt), instance?.Description.Id, [.. picks],
            ArrivedAt is { } arrived ? Milliseconds(arrived - beganAt) : null, ArrivedAt is null ? null : _ahead,
            _isDoubtful ? null : _outcome is { } ended ? Milliseconds(ended.Latency.Ticks) : null,
            _isDoubtful ? null : _outcome is not { } outcome ? "not heard of"
                : outcome.IsLocal ? $"{outcome.Kind}, not sent" : outcome.Kind.ToString());
    }
}
