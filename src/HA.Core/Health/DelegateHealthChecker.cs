namespace HA.Core.Health;

/// <summary>A health check that is a function.</summary>
/// <remarks>Safe for concurrent use if the function is.</remarks>
public sealed class DelegateHealthChecker : IHealthChecker
{
    private readonly Func<ServiceInstance, CancellationToken, ValueTask<HealthCheckResult>> _check;

    /// <summary>Creates a checker.</summary>
    /// <param name="check">One check; what it throws counts as a bad one.</param>
    public DelegateHealthChecker(Func<ServiceInstance, CancellationToken, ValueTask<HealthCheckResult>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        _check = check;
    }

    /// <inheritdoc/>
    public ValueTask<HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken) =>
        _check(instance, cancellationToken);
}
