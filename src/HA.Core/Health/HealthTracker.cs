using HA.Core.Endpoints;

namespace HA.Core.Health;

/// <summary>The only writer of endpoint health: merges what the registry, checks, calls and people say.</summary>
/// <remarks>
/// Safe for concurrent use. Its lock is the innermost: it is taken while an endpoint's state moves, and takes no other.
/// </remarks>
internal sealed class HealthTracker
{
    private readonly Lock _gate = new();
    private readonly List<EndpointHealthState> _states = [];
    private readonly Action<Endpoint> _publish;
    private volatile HealthOptions _options;
    private volatile OutlierJudge? _outliers;
    private int _out;

    /// <param name="environment">The world.</param>
    /// <param name="options">How health is judged.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="publish">Called with an endpoint after its health changed, outside of locks.</param>
    internal HealthTracker(ServiceEnvironment environment, HealthOptions options, string service, Action<Endpoint> publish)
    {
        Environment = environment;
        _options = options.Agreeing();
        Service = service;
        Jitter = environment.Random($"eject {service}");
        if (options.Outliers is { } outliers) _outliers = new OutlierJudge(this, outliers);
        _publish = publish;
    }

    internal ServiceEnvironment Environment { get; }

    internal HealthOptions Options => _options;

    internal string Service { get; }

    internal RandomStream Jitter { get; }

    /// <summary>Compares the endpoints with each other; null if nobody wants that.</summary>
    internal OutlierJudge? Outliers => _outliers;

    /// <summary>Begins to track an endpoint that is new.</summary>
    internal void Track(Endpoint endpoint)
    {
        var state = new EndpointHealthState(this, endpoint);
        endpoint.Monitor = state;
        lock (_gate) _states.Add(state);
    }

    /// <summary>Judges by other options from now on. The pool publishes afterwards.</summary>
    internal void Reconfigure(HealthOptions options)
    {
        var former = _options;
        _options = options.Agreeing();
        if (options.Outliers != former.Outliers)
            _outliers = options.Outliers is { } outliers ? new OutlierJudge(this, outliers) : null;
        foreach (var state in States())
        {
            state.Reconfigure(former);
            Refresh(state, "other options");
        }
    }

    /// <summary>There is news of a known endpoint, from the registry or from people. The pool publishes afterwards.</summary>
    internal void Update(Endpoint endpoint, ServiceInstance instance, string reason = "registry")
    {
        var isReborn = endpoint.Instance.RegisteredAt != instance.RegisteredAt;
        endpoint.Instance = instance;
        var state = StateOf(endpoint);
        if (isReborn) state.Reincarnated();
        Refresh(state, reason);
    }

    /// <summary>The endpoint has left.</summary>
    internal void Forget(Endpoint endpoint)
    {
        var state = StateOf(endpoint);
        state.Dispose();
        lock (_gate) _states.Remove(state);
    }

    internal void MarkHealthy(Endpoint endpoint, string reason)
    {
        var state = StateOf(endpoint);
        state.MarkHealthy();
        Changed(state, reason);
    }

    internal void MarkUnhealthy(Endpoint endpoint, string reason)
    {
        var state = StateOf(endpoint);
        if (state.MarkUnhealthy()) Ejected(state, EjectionReason.ByHand, reason);
    }

    /// <summary>A check of this endpoint ended.</summary>
    internal void ReportCheck(Endpoint endpoint, HealthCheckResult result)
    {
        var state = StateOf(endpoint);
        if (state.ObserveCheck(result.IsHealthy)) Changed(state, result.Detail);
    }

    internal void Changed(EndpointHealthState state, string reason)
    {
        if (Refresh(state, reason)) _publish(state.Endpoint);
    }

    /// <summary>It was ejected, and its health has changed unless it was out for another reason.</summary>
    internal void Ejected(EndpointHealthState state, EjectionReason why, string reason)
    {
        Environment.Listener.OnEjected(state.Endpoint.Instance, why);
        Changed(state, reason);
    }

    /// <summary>Everybody who is tracked, in the order of arrival.</summary>
    internal EndpointHealthState[] States()
    {
        lock (_gate) return [.. _states];
    }

    /// <summary>What calls to those who are tracked usually take, in ticks; 0 if nobody is known.</summary>
    internal double UsualLatency()
    {
        lock (_gate) return Endpoints.UsualLatency.Of(_states.Count, at => _states[at].Endpoint);
    }

    /// <summary>One more is out, unless that would be too many and is bound by it.</summary>
    internal bool CountOut(bool isBound)
    {
        lock (_gate)
        {
            if (isBound && _out >= MostOut(_states.Count, Options)) return false;
            _out++;
            return true;
        }
    }

    /// <summary>One that was out is back, or has left.</summary>
    internal void CountIn()
    {
        lock (_gate) _out--;
    }

    /// <summary>How many of so many endpoints calls may have taken out at once.</summary>
    internal static int MostOut(int count, HealthOptions options)
    {
        // 0.29 of 100 is 28.999... to a double.
        var most = (int)Math.Floor((options.MaxEjectedShare * count) + 1e-9);
        return options.AllowOneEjection ? Math.Max(1, most) : most;
    }

    internal static EndpointHealthState StateOf(Endpoint endpoint) => (EndpointHealthState)endpoint.Monitor;

    private bool Refresh(EndpointHealthState state, string reason)
    {
        if (!state.Refresh(out var from, out var to)) return false;
        Environment.Listener.OnHealthChanged(state.Endpoint.Instance, from, to, reason);
        return true;
    }
}
