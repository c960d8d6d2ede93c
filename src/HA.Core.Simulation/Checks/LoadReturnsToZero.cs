using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>The calls that endpoints are thought to have in flight are those that are: none at the end.</summary>
internal sealed class LoadReturnsToZero(World world) : SimulationCheck
{
    internal override string Name => "loadReturnsToZero";

    internal override string Law => "in-flight counts are never negative, and zero when no call is open";

    internal override Interest Interest => Interest.AttemptEnded;

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (outcome.Latency < TimeSpan.Zero) Violate($"an attempt at {instance} took {outcome.Latency}");
    }

    internal override void AtEnd()
    {
        if (world.Observer.Open > 0) return;
        foreach (var client in world.Clients)
        {
            foreach (var endpoint in client.Pool.Snapshot.All)
            {
                if (endpoint.InFlight != 0) Violate($"{client.Name} counts {endpoint.InFlight} calls at {endpoint.Instance}");
            }
        }
    }
}
