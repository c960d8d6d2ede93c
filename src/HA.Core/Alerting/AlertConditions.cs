using HA.Core.Client;
using HA.Core.Registry;

namespace HA.Core.Alerting;

/// <summary>One condition that holds now.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Service">For whom.</param>
/// <param name="Summary">In words.</param>
/// <param name="Before">How long it has held already when it is first seen.</param>
internal readonly record struct AlertCondition(AlertRule Rule, string Service, string Summary, TimeSpan Before = default);

/// <summary>Looks which conditions hold. All rules are here.</summary>
internal sealed class AlertConditions(TimeProvider time, AlertSignals signals, AlertOptions options)
{
    private readonly Dictionary<string, (long Count, long ChangedAt)> _refusals = new(StringComparer.Ordinal);

    /// <summary>Those that hold now.</summary>
    internal IEnumerable<AlertCondition> Look(IEnumerable<ServicePool> pools)
    {
        foreach (var pool in pools)
        {
            foreach (var condition in OfEndpoints(pool)) yield return condition;
            foreach (var condition in OfRegistry(pool)) yield return condition;
        }

        foreach (var (service, count) in signals.Refusals())
        {
            if (IsRefusing(service, count))
                yield return new(AlertRule.RetryBudgetExhausted, service, $"The retry budget for '{service}' is spent.");
        }

        foreach (var service in signals.Unregistered())
            yield return new(AlertRule.RegistrationLost, service, $"An instance of '{service}' in this program is not in the registry.");
    }

    private IEnumerable<AlertCondition> OfEndpoints(ServicePool pool)
    {
        if (!pool.HasCatalog) yield break;
        var (service, snapshot) = (pool.Service, pool.Snapshot);
        var all = snapshot.All;
        int fit = 0, isOut = 0;
        foreach (var endpoint in all)
        {
            if (endpoint.Health <= EndpointHealth.Unknown) fit++;
            if (endpoint.Health == EndpointHealth.Unhealthy) isOut++;
        }

        if (fit == 0)
            yield return new(AlertRule.NoHealthyInstance, service, $"None of the {all.Length} instances of '{service}' is fit.");
        if (snapshot.IsPanic)
            yield return new(AlertRule.Panic, service, $"{fit} of {all.Length} instances of '{service}' are fit: health is ignored.");
        if (isOut >= 2 && isOut >= options.MassEjectionShare * all.Length)
            yield return new(AlertRule.MassEjection, service, $"{isOut} of {all.Length} instances of '{service}' are out.");
    }

    private static IEnumerable<AlertCondition> OfRegistry(ServicePool pool)
    {
        if (pool.View is not { } view || view.IsCurrent) yield break;
        var service = pool.Service;
        var used = view.Origin switch
        {
            CatalogOrigin.None => "nothing is known of it",
            CatalogOrigin.Disk => $"{view.Catalog.Instances.Length} instances from disk are used",
            _ => $"the {view.Catalog.Instances.Length} instances that it named last are used",
        };
        yield return new(AlertRule.RegistryLost, service, $"The registry does not answer for '{service}'; {used}.");
        if (view.Origin == CatalogOrigin.None) yield break;
        yield return new(
            AlertRule.StaleCatalog, service,
            $"The registry has not answered for '{service}' for long, and {used}: that may be wrong.", view.Age);
    }

    private bool IsRefusing(string service, long count)
    {
        var now = time.GetTimestamp();
        if (!_refusals.TryGetValue(service, out var known) || known.Count != count) _refusals[service] = known = (count, now);
        return time.GetElapsedTime(known.ChangedAt, now) < options.RetryQuietTime;
    }
}
