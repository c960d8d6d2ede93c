using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>An endpoint on probation is tried by few calls at once, while there are others to call.</summary>
/// <remarks>Calls that take longer than a probe may have given their permit up, and are not counted.</remarks>
internal sealed class ProbesStayInPermits(World world) : SimulationCheck
{
    // When each of them began.
    private readonly Dictionary<(VirtualClient, VirtualInstance), List<long>> _probes = [];

    internal override string Name => "probesStayInPermits";

    internal override string Law =>
        $"at most {world.Scenario.Client.Health.ProbePermits} calls at once try an instance on probation while others are fit";

    // Where instances are limited, one on probation may be the only one that has room.
    internal override Interest Interest =>
        world.Scenario.Client.Calls.Concurrency is null ? Interest.AttemptStarted | Interest.AttemptEnded : Interest.None;

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (world.Find(instance) is not { } found) return;
        if (to == EndpointHealth.Probing) _probes[(client, found)] = [];
        else _probes.Remove((client, found));
    }

    // Retries may have nobody else left, so only first attempts are counted.
    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (_probes.Count == 0 || number != 0 || instance is null) return;
        if (_probes.TryGetValue((client, instance), out var probes)) Judge(client, instance, probes);
    }

    // A method of its own, for a closure is made where its captures are declared: at every attempt.
    private void Judge(VirtualClient client, VirtualInstance instance, List<long> probes)
    {
        var snapshot = client.Pool.Snapshot;
        if (snapshot.IsPanic || !snapshot.Eligible.Any(static e => e.Health <= EndpointHealth.Unknown)) return;
        // Who left and came back meanwhile is new, and nobody's opinion changed by that.
        if (!snapshot.All.Any(e => e.Health == EndpointHealth.Probing && e.Instance.Id == instance.Description.Id)) return;
        var now = world.Pump.Clock;
        probes.RemoveAll(began => now - began >= world.Scenario.Client.Health.ProbeTimeout.Ticks);
        probes.Add(now);
        if (probes.Count > world.Scenario.Client.Health.ProbePermits)
            Violate($"at {world.Simulation.Now} {probes.Count} calls of {client.Name} try {instance.Description.Id} at once");
    }

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (_probes.Count == 0 || world.Find(instance) is not { } found || !_probes.TryGetValue((client, found), out var probes)) return;
        if (probes.Count > 0) probes.RemoveAt(0);
    }
}
