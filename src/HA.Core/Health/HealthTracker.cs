using HA.Core.Endpoints;

namespace HA.Core.Health;

/// <summary>The only writer of endpoint health: merges what the registry, checks, calls and people say.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class HealthTracker
{
    private readonly Action<Endpoint> _publish;

    /// <param name="environment">The world.</param>
    /// <param name="options">How health is judged.</param>
    /// <param name="service">Name of the service.</param>
    /// <param name="publish">Called with an endpoint after its health changed, outside of locks.</param>
    internal HealthTracker(ServiceEnvironment environment, HealthOptions options, string service, Action<Endpoint> publish)
    {
        Environment = environment;
        Options = options;
        Jitter = environment.Random($"eject {service}");
        _publish = publish;
    }

    internal ServiceEnvironment Environment { get; }

    internal HealthOptions Options { get; }

    internal RandomStream Jitter { get; }

    /// <summary>Begins to track an endpoint that is new.</summary>
    internal void Track(Endpoint endpoint) => endpoint.Monitor = new EndpointHealthState(this, endpoint);

    /// <summary>The registry has news of a known endpoint. The pool publishes afterwards.</summary>
    internal void Update(Endpoint endpoint, ServiceInstance instance)
    {
        var isReborn = endpoint.Instance.RegisteredAt != instance.RegisteredAt;
        endpoint.Instance = instance;
        var state = StateOf(endpoint);
        if (isReborn) state.Reincarnated();
        Refresh(state, "registry");
    }

    /// <summary>The endpoint has left.</summary>
    internal static void Forget(Endpoint endpoint) => StateOf(endpoint).Dispose();

    internal void MarkHealthy(Endpoint endpoint, string reason)
    {
        var state = StateOf(endpoint);
        state.MarkHealthy();
        Changed(state, reason);
    }

    internal void MarkUnhealthy(Endpoint endpoint, string reason)
    {
        var state = StateOf(endpoint);
        if (state.MarkUnhealthy()) Changed(state, reason);
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

    private bool Refresh(EndpointHealthState state, string reason)
    {
        if (!state.Refresh(out var from, out var to)) return false;
        Environment.Listener.OnHealthChanged(state.Endpoint.Instance, from, to, reason);
        return true;
    }

    private static EndpointHealthState StateOf(Endpoint endpoint) => (EndpointHealthState)endpoint.Monitor;
}
