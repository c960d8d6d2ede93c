namespace HA.Core.Alerting;

/// <summary>What the rules need to know and cannot look up: to be among the listeners of the environment that is watched.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class AlertSignals : ServiceEventListener
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _refusals = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, RegistrationState>> _registrations = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void OnRetryRefused(string service)
    {
        lock (_gate) _refusals[service] = _refusals.GetValueOrDefault(service) + 1;
    }

    /// <inheritdoc/>
    public override void OnRegistrationChanged(ServiceInstance instance, RegistrationState state, Exception? error)
    {
        ArgumentNullException.ThrowIfNull(instance);
        lock (_gate)
        {
            if (!_registrations.TryGetValue(instance.Service, out var own))
                _registrations[instance.Service] = own = new(StringComparer.Ordinal);
            own[instance.Id] = state;
        }
    }

    /// <summary>Retries that were refused since the beginning, in ordinal order of the services.</summary>
    internal (string Service, long Count)[] Refusals()
    {
        lock (_gate) return [.. _refusals.Select(static r => (r.Key, r.Value))];
    }

    /// <summary>Services with a registration that should be in the registry and is not, in ordinal order.</summary>
    internal string[] Unregistered()
    {
        lock (_gate) return [.. _registrations.Where(static r => r.Value.Values.Any(IsOut)).Select(static r => r.Key)];
    }

    private static bool IsOut(RegistrationState state) => state is not (RegistrationState.Registered or RegistrationState.Deregistered);
}
