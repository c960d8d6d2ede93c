using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HA.Core.Hosting;

/// <summary>Whether the registry answers for the services that this program calls; for each, where what is known comes from.</summary>
internal sealed class RegistryCheck(ServiceDirectory directory) : IHealthCheck
{
    internal static RegistryCheck Of(IServiceProvider services) => new(services.GetRequiredService<ServiceDirectory>());

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (data, wrong) = (new Dictionary<string, object>(StringComparer.Ordinal), new List<string>());
        foreach (var pool in directory.Pools)
        {
            if (pool.View is not { } view) continue;
            data[pool.Service] = Words.Of(view.Origin);
            if (!view.IsCurrent) wrong.Add($"'{pool.Service}'");
        }

        if (wrong.Count == 0) return Task.FromResult(HealthCheckResult.Healthy(data: data));
        var services = string.Join(", ", wrong);
        return Task.FromResult(HealthCheckResult.Degraded(
            $"The registry does not answer for {services}; what it said last is used.", data: data));
    }
}
