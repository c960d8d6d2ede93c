using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A call goes to nobody whom its client has ruled out at that moment.</summary>
internal sealed class CallsGoToTheEligible(World world) : SimulationCheck
{
    private readonly HashSet<(VirtualClient, VirtualInstance)> _unfit = [];

    internal override string Name => "callsGoToTheEligible";

    internal override string Law => "no attempt goes to an instance that its client holds for unfit, but in panic";

    internal override Interest Interest => Interest.AttemptStarted;

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (world.Find(instance) is not { } found) return;
        if (to >= EndpointHealth.Draining) _unfit.Add((client, found));
        else _unfit.Remove((client, found));
    }

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        // Who was never unfit is eligible: the snapshot is asked about the others only.
        if (_unfit.Count > 0 && instance is not null && _unfit.Contains((client, instance))) Judge(client, instance, call);
    }

    // A method of its own, for a closure is made where its captures are declared: at every attempt.
    private void Judge(VirtualClient client, VirtualInstance instance, long call)
    {
        var snapshot = client.Pool.Snapshot;
        var endpoint = snapshot.All.FirstOrDefault(e => e.Instance.Id == instance.Description.Id);
        // Judged by the endpoints themselves as well, not only by what the snapshot calls eligible.
        var isRuledOut = endpoint?.Health switch
        {
            null => false,
            EndpointHealth.Draining => snapshot.All.Any(static e => e.Instance.Status == ServiceStatus.Up && e.Instance.Weight > 0),
            EndpointHealth.Unhealthy => !snapshot.IsPanic && snapshot.All.Any(static e => e.Health <= EndpointHealth.Probing),
            _ => false,
        };
        if (isRuledOut || !snapshot.Eligible.Any(e => e.Instance.Id == instance.Description.Id))
            Violate($"call {call} of {client.Name} went to {instance.Description.Id} at {world.Simulation.Now}");
    }
}
