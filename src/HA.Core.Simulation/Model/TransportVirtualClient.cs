using HA.Core.Calls;
using HA.Core.Client;

namespace HA.Core.Simulation.Model;

/// <summary>Calls at the transport seam: the whole engine but HTTP, at millions of calls a second.</summary>
internal sealed class TransportVirtualClient : VirtualClient
{
    private readonly ServiceClient<VirtualRequest, VirtualResponse> _client;

    internal TransportVirtualClient(World world, int number) : base(world, number)
    {
        var scenario = world.Scenario;
        Pool = ServicePool.Follow(Registry, scenario.Service.Name, Environment, Options);
        _client = new ServiceClient<VirtualRequest, VirtualResponse>(
            Pool, new VirtualTransport(world, this), new VirtualClassifier(), Environment, scenario.Client.Calls);
    }

    internal override ServicePool Pool { get; }

    internal override ValueTask CloseAsync() => Pool.DisposeAsync();

    protected override async ValueTask<CallEnd> CallAsync(long call, bool isIdempotent)
    {
        var result = await _client.SendAsync(new VirtualRequest(call), new CallSettings(isIdempotent), CancellationToken.None)
            .ConfigureAwait(false);
        return new CallEnd(result.IsSuccess, result.Attempts, result.IsSuccess ? null : result.Describe());
    }
}
