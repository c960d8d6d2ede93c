using HA.Core.Calls;
using HA.Core.Health;

namespace HA.Core.Simulation.Model;

/// <summary>Health checks over the virtual network.</summary>
internal sealed class VirtualHealthChecker(World world, Place from) : IHealthChecker
{
    public async ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        var result = await world.AskAsync(from, instance, cancellationToken).ConfigureAwait(false);
        return result.Status == AttemptStatus.Answered
            ? new HealthCheckResult(result.Response.Status == VirtualResponse.Ok, $"check answered {result.Response.Status}")
            : new HealthCheckResult(false, result.Status == AttemptStatus.Cancelled ? "check timed out" : "check found nobody");
    }
}
