namespace HA.Core.Health;

/// <summary>Asks an instance for its health.</summary>
/// <remarks>
/// It should end when its token is cancelled, which counts as a bad check, as does an exception. Safe for concurrent use.
/// </remarks>
public interface IHealthChecker
{
    /// <summary>One check.</summary>
    ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken);
}

/// <summary>The result of one check.</summary>
/// <param name="IsHealthy">Whether the instance is well.</param>
/// <param name="Detail">For people: what was seen.</param>
public readonly record struct HealthCheckResult(bool IsHealthy, string Detail);
