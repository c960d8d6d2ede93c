using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>An instance on probation is tried again and again: a probe that hangs gives its permit up.</summary>
/// <remarks>
/// Judged for policies that do not look at load, for to the others a hanging probe is a reason to go elsewhere. Calls enough that
/// chance would have come by: so many for each instance.
/// </remarks>
internal sealed class ProbesComeBack(World world) : SimulationCheck
{
    private const int CallsForEach = 40;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(VirtualClient Client, VirtualInstance Instance), Wait> _waits = [];

    internal override string Name => "probesComeBack";

    internal override string Law => FormattableString.Invariant(
        $"no instance stays on probation for {Bound.TotalSeconds:0.##} s without a call while others get theirs");

    internal override Interest Interest =>
        world.Scenario.Client is
        {
            Calls.Concurrency: null, Policy: "random" or "round-robin" or "relaxed-round-robin" or "weighted-round-robin"
                or "ring-hash" or "maglev" or "rendezvous",
        } && world.Scenario.Traffic is { Keys: 0, Batch: 1 }
            ? Interest.AttemptStarted
            : Interest.None;

    private TimeSpan Bound => world.Scenario.Client.Health.ProbeTimeout + Slack;

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        if (world.Find(instance) is not { } found) return;
        if (to == EndpointHealth.Probing) _waits[(client, found)] = new Wait(world.Pump.Clock, 0);
        else _waits.Remove((client, found));
    }

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (_waits.Count == 0 || instance is null) return;
        if (_waits.ContainsKey((client, instance))) _waits[(client, instance)] = new Wait(world.Pump.Clock, 0);
        if (number <= 0) CountFor(client, instance);
    }

    // A method of its own, for a closure is made where its captures are declared: at every attempt.
    private void CountFor(VirtualClient client, VirtualInstance instance)
    {
        foreach (var (waiter, wait) in _waits.Where(w => w.Key.Client == client && w.Key.Instance != instance).ToArray())
        {
            _waits[waiter] = wait with { Calls = wait.Calls + 1 };
            if (world.Pump.Clock - wait.Since > Bound.Ticks && wait.Calls > CallsForEach * world.Instances.Count) Judge(waiter, wait);
        }
    }

    private void Judge((VirtualClient Client, VirtualInstance Instance) waiter, Wait wait)
    {
        _waits.Remove(waiter);
        // Who left is on probation no longer, and nobody's opinion changed by that.
        var id = waiter.Instance.Description.Id;
        if (waiter.Client.Pool.Snapshot.Eligible.Any(e => e.Instance.Id == id && e.Health == EndpointHealth.Probing))
            Violate($"at {world.Simulation.Now} {waiter.Client.Name} has not tried {id} since {new TimeSpan(wait.Since)}");
    }

    private readonly record struct Wait(long Since, int Calls);
}
