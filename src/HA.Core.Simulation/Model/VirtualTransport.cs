using HA.Core.Calls;
using HA.Core.Endpoints;

namespace HA.Core.Simulation.Model;

/// <summary>The shipped client's transport, over the virtual network.</summary>
internal sealed class VirtualTransport(World world, VirtualClient client) : ITransport<VirtualRequest, VirtualResponse>
{
    public ValueTask<AttemptResult<VirtualResponse>> SendAsync(
        Endpoint endpoint, VirtualRequest request, AttemptContext attempt)
    {
        var instance = world.Find(endpoint.Instance);
        world.Observer.AttemptStarted(client, instance, request.Call, attempt.Number);
        return world.Rent().SendAsync(client.Place, instance, request, attempt, endpoint);
    }
}
