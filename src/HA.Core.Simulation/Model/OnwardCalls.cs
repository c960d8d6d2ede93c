using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Registry;
using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Model;

/// <summary>
/// What a process calls to serve its own callers: the tier behind it, through the shipped client, with the same options as
/// the clients at the front. Lives as long as the process.
/// </summary>
internal sealed class OnwardCalls : IAsyncDisposable
{
    private readonly VirtualInstance _instance;
    private readonly SimEnvironment _environment;
    private readonly ServiceClient<VirtualRequest, VirtualResponse> _client;
    private bool _isGone;

    internal OnwardCalls(World world, VirtualInstance instance, IServiceRegistry registry, SimEnvironment environment)
    {
        var behind = instance.Tier.Behind!;
        _instance = instance;
        _environment = environment;
        Pool = ServicePool.Follow(registry, behind.Service.Name, environment, VirtualClient.OptionsOf(world, instance.Place, environment));
        _client = new ServiceClient<VirtualRequest, VirtualResponse>(
            Pool, new Transport(world, instance), new VirtualClassifier(), environment, world.Scenario.Client.Calls);
    }

    /// <summary>The endpoints behind, as this process knows them.</summary>
    internal ServicePool Pool { get; }

    /// <summary>Calls on for this one, and tells its instance how that ended.</summary>
    internal void Begin(Exchange exchange) => _ = CallAsync(exchange);

    /// <summary>The process is gone: nobody waits for what it asked.</summary>
    public ValueTask DisposeAsync()
    {
        _isGone = true;
        return Pool.DisposeAsync();
    }

    private async Task CallAsync(Exchange exchange)
    {
        var settings = new CallSettings(exchange.Request.IsIdempotent, Incoming: exchange.Incoming(_environment.Time));
        var result = await _client.SendAsync(exchange.Request, settings, CancellationToken.None).ConfigureAwait(false);
        if (!_isGone) _instance.FinishOnward(exchange, result.IsSuccess);
    }

    private sealed class Transport(World world, VirtualInstance caller) : ITransport<VirtualRequest, VirtualResponse>
    {
        public ValueTask<AttemptResult<VirtualResponse>> SendAsync(Endpoint endpoint, VirtualRequest request, AttemptContext attempt)
        {
            var instance = world.Find(endpoint.Instance);
            world.Observer.OnwardAttemptStarted(caller, instance, request.Call, attempt.Number);
            return world.Rent().SendAsync(caller.Place, instance, request, attempt, endpoint);
        }
    }
}
