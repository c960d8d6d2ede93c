using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>When everything has been well for long enough, each client names the instances that are there, and trusts them.</summary>
/// <remarks>Long enough is known from the options: see <see cref="RunPlan.SettleTime"/>.</remarks>
internal sealed class BeliefBecomesTruth(World world) : SimulationCheck
{
    internal override string Name => "beliefBecomesTruth";

    internal override string Law => "after the faults, every client knows exactly the instances that run";

    internal override void AtEnd()
    {
        if (!RunPlan.IsHealed(world)) return;
        var truth = world.Instances.Where(static i => i.WantsCalls).Select(static i => i.Instance.Description.Id)
            .Order(StringComparer.Ordinal).ToArray();
        // Only calls that go well end a panic.
        var wasQuiet = world.Observer.Quiet.End > world.Observer.Quiet.Since;
        foreach (var client in world.Clients)
        {
            var belief = client.Pool.Snapshot.All.Select(static e => e.Instance.Id).ToArray();
            if (!belief.AsSpan().SequenceEqual(truth))
                Violate($"{client.Name} knows [{string.Join(", ", belief)}], there are [{string.Join(", ", truth)}]");
            if (wasQuiet && client.Pool.Snapshot.IsPanic && !client.Pool.Snapshot.All.IsEmpty) Violate($"{client.Name} is still in panic");
            foreach (var endpoint in client.Pool.Snapshot.All)
            {
                if (endpoint.Health == EndpointHealth.Unhealthy) Violate($"{client.Name} still holds {endpoint.Instance} for unhealthy");
            }
        }
    }
}
