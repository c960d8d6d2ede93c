using HA.Core.Client;
using HA.Core.Http;

namespace HA.Core.Simulation.Model;

/// <summary>Calls at the HTTP seam: HttpClient, failover handler and all.</summary>
internal sealed class HttpVirtualClient : VirtualClient
{
    private readonly HaServiceClient _client;
    private readonly Uri _address;

    internal HttpVirtualClient(World world, int number) : base(world, number)
    {
        var service = world.Scenario.Service.Name;
        _address = new Uri($"http://{service}/");
        _client = new HaServiceClient(
            Registry, Options, world.Scenario.Client.Calls, Environment, new VirtualHttpHandler(world, this));
        Pool = _client.PoolOf(service);
    }

    internal override ServicePool Pool { get; }

    internal override ValueTask CloseAsync() => _client.DisposeAsync();

    protected override void Send(long call, bool isIdempotent, long startedAt) => _ = CallAsync(call, isIdempotent, startedAt);

    private async Task CallAsync(long call, bool isIdempotent, long startedAt)
    {
        using var request = new HttpRequestMessage(isIdempotent ? HttpMethod.Get : HttpMethod.Post, _address);
        request.Options.Set(VirtualHttpHandler.Call, call);
        if (HashOf(call) is > 0 and var key) request.Options.Set(FailoverRequestOptions.HashKey, $"{key}");
        var sending = _client.Http.SendAsync(request);
        // Looked at rather than thrown: to throw it once more would be a fifth of what a failed call costs.
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var end = sending.Exception?.InnerException is HttpRequestException error
            ? new CallEnd(false, 0, error.Message)
            : await EndOfAsync(sending).ConfigureAwait(false);
        End(call, end, startedAt);
    }

    // Why a task was cancelled, it tells only when it throws.
    private static async ValueTask<CallEnd> EndOfAsync(Task<HttpResponseMessage> sent)
    {
        try
        {
            using var response = await sent.ConfigureAwait(false);
            var error = response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
            return new CallEnd(response.IsSuccessStatusCode, 0, error);
        }
        catch (TaskCanceledException e)
        {
            return new CallEnd(false, 0, e.Message);
        }
    }
}
