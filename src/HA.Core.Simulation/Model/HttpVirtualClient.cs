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
        CallEnd end;
        using var request = new HttpRequestMessage(isIdempotent ? HttpMethod.Get : HttpMethod.Post, _address);
        request.Options.Set(VirtualHttpHandler.Call, call);
        if (HashOf(call) is > 0 and var key) request.Options.Set(FailoverRequestOptions.HashKey, $"{key}");
        try
        {
            using var response = await _client.Http.SendAsync(request).ConfigureAwait(false);
            var error = response.IsSuccessStatusCode ? null : $"answered {(int)response.StatusCode}";
            end = new CallEnd(response.IsSuccessStatusCode, 0, error);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            end = new CallEnd(false, 0, e.Message);
        }

        End(call, end, startedAt);
    }
}
