using HA.Core.Balancing;
using HA.Core.Calls;

namespace HA.Core.Simulation.Model;

/// <summary>Questions for the load over the virtual network.</summary>
internal sealed class VirtualLoadProbe(World world, Place from) : ILoadProbe
{
    public async ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        var result = await world.AskAsync(from, instance, cancellationToken).ConfigureAwait(false);
        return result.Status == AttemptStatus.Answered ? result.Response.Load : null;
    }
}
