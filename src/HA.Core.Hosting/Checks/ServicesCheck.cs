using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HA.Core.Hosting;

/// <summary>Whether the services that this program calls have instances that are fit; of each, how many of how many.</summary>
internal sealed class ServicesCheck(ServiceDirectory directory) : IHealthCheck
{
    internal static ServicesCheck Of(IServiceProvider services) => new(services.GetRequiredService<ServiceDirectory>());

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (data, wrong) = (new Dictionary<string, object>(StringComparer.Ordinal), new List<string>());
        foreach (var pool in directory.Pools)
        {
            var snapshot = pool.Snapshot;
            var fit = snapshot.All.Count(static e => e.Health <= EndpointHealth.Unknown);
            data[pool.Service] = $"{fit} of {snapshot.All.Length} fit";
            if (fit == 0 || snapshot.IsPanic) wrong.Add($"{fit} of {snapshot.All.Length} instances of '{pool.Service}' are fit.");
        }

        return Task.FromResult(wrong.Count > 0
            ? HealthCheckResult.Degraded(string.Join(' ', wrong), data: data)
            : HealthCheckResult.Healthy(data: data));
    }
}
