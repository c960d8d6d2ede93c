using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>One check, waited for no longer than it may take: a checker that does not heed its token is left behind.</summary>
internal sealed class BoundedCheck : TaskCompletionSource<HealthCheckResult>
{
    private readonly Deadline _deadline;

    private BoundedCheck(Deadline deadline) => _deadline = deadline;

    /// <summary>Runs it. What goes wrong is a bad result; only <paramref name="stop"/> is thrown.</summary>
    internal static async Task<HealthCheckResult> RunAsync(
        IHealthChecker checker, ServiceInstance instance, TimeProvider time, TimeSpan timeout, CancellationToken stop)
    {
        using var deadline = new Deadline(time, timeout, stop);
        var check = new BoundedCheck(deadline);
        _ = check.CheckAsync(checker, instance);
        var registration = deadline.Token.UnsafeRegister(static s => ((BoundedCheck)s!).GiveUp(), check);
        var result = await check.Task.ConfigureAwait(false);
        registration.Unregister();
        stop.ThrowIfCancellationRequested();
        return result;
    }

    private async Task CheckAsync(IHealthChecker checker, ServiceInstance instance)
    {
        try
        {
            TrySetResult(await checker.CheckAsync(instance, _deadline.Token).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            TrySetResult(new HealthCheckResult(false, _deadline.IsExpired ? "check timed out" : $"check failed: {e.Message}"));
        }
    }

    private void GiveUp() => TrySetResult(new HealthCheckResult(false, "check timed out"));
}
