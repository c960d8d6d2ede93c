using HA.Core.Endpoints;
using HA.Core.Time;

namespace HA.Core.Health;

/// <summary>
/// Checks endpoints from time to time, each on a schedule of its own: one that hangs delays nobody's verdict but its own,
/// and phases are spread so that many endpoints are not checked at one moment.
/// </summary>
/// <remarks>Used under the pool's lock, except for the loops it runs.</remarks>
internal sealed class HealthProber(ServiceEnvironment environment, HealthOptions options, HealthTracker tracker)
{
    private readonly Dictionary<Endpoint, SpawnedLoop> _loops = new(ReferenceEqualityComparer.Instance);

    internal void Start(Endpoint endpoint)
    {
        var name = $"check {endpoint.Instance.Service}/{endpoint.Instance.Id}";
        _loops.Add(endpoint, environment.Spawn(name, stop => RunAsync(endpoint, environment.Random(name), stop)));
    }

    internal void Stop(Endpoint endpoint)
    {
        if (_loops.Remove(endpoint, out var loop)) loop.Stop();
    }

    internal Task StopAllAsync()
    {
        var loops = _loops.Values.ToArray();
        _loops.Clear();
        foreach (var loop in loops) loop.Stop();
        return Task.WhenAll(loops.Select(static l => l.Completion));
    }

    private async Task RunAsync(Endpoint endpoint, RandomStream random, CancellationToken stop)
    {
        await environment.Time.DelayAsync(random.NextTime(options.CheckInterval), stop).ConfigureAwait(false);
        while (true)
        {
            tracker.ReportCheck(endpoint, await CheckAsync(endpoint, stop).ConfigureAwait(false));
            var wait = (options.CheckInterval * 0.95) + random.NextTime(options.CheckInterval / 10);
            await environment.Time.DelayAsync(wait, stop).ConfigureAwait(false);
        }
    }

    private async Task<HealthCheckResult> CheckAsync(Endpoint endpoint, CancellationToken stop)
    {
        using var deadline = new Deadline(environment.Time, options.CheckTimeout, stop);
        try
        {
            return await options.Checker!.CheckAsync(endpoint.Instance, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return new HealthCheckResult(false, deadline.IsExpired ? "check timed out" : $"check failed: {e.Message}");
        }
    }
}
