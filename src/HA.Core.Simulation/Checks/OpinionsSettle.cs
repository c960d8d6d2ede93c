using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Checks;

/// <summary>Liveness: a while after everything has been put right, no client changes its opinion of anybody any more.</summary>
/// <remarks>A policy that remembers how bad an instance was may let it wait for the call that shows that it is well.</remarks>
internal sealed class OpinionsSettle(World world) : QuietCheck(world)
{
    internal override string Name => "opinionsSettle";

    internal override string Law => "a while after the last fault, nobody is ejected, or comes back, or comes and goes";

    internal override void HealthChanged(
        VirtualClient client, ServiceInstance instance, EndpointHealth from, EndpointHealth to, string reason)
    {
        var mayWait = to == EndpointHealth.Healthy && World.Scenario.Client.RemembersThePast && !WasQuiet(ClientModel.TimeToForget.Ticks);
        if (IsQuiet() && !mayWait) Violate($"at {World.Simulation.Now} {client.Name} thinks {instance.Id} {to} after {from}: {reason}");
    }

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        if (IsQuiet()) Violate($"at {World.Simulation.Now} {client.Name} knows of {catalog.Instances.Length} instances");
    }
}
