using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace HA.Core.Bench.Registry;

/// <summary>PUT a service with a TTL check, PUT a pass, and a blocking query that reads the answer: HTTP and nothing else.</summary>
internal sealed class ConsulRaw(int port) : IRawClient
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/v1/"), Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _end = new();

    public async Task WriteAsync(ServiceInstance instance)
    {
        var body = new JsonObject
        {
            ["ID"] = $"raw-{instance.Id}",
            ["Name"] = $"raw-{instance.Service}",
            ["Address"] = instance.Address,
            ["Port"] = instance.Port,
            ["Check"] = new JsonObject { ["TTL"] = $"{RegistryMeasure.TimeToLive.TotalSeconds:0}s", ["Status"] = "passing" },
        };
        using var response = await _http.PutAsJsonAsync("agent/service/register", body);
        response.EnsureSuccessStatusCode();
    }

    public async Task RenewAsync(ServiceInstance instance)
    {
        using var response = await _http.PutAsync($"agent/check/pass/service:raw-{instance.Id}", null);
        response.EnsureSuccessStatusCode();
    }

    public async Task ListenAsync(string service, Action onEvent)
    {
        var index = await AskAsync(service, 0);
        _ = Task.Run(async () =>
        {
            while (!_end.IsCancellationRequested)
            {
                var next = await AskAsync(service, index);
                if (next != index) onEvent();
                index = next;
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _http.Dispose();
        _end.Dispose();
    }

    private async Task<long> AskAsync(string service, long index)
    {
        using var response = await _http.GetAsync($"health/service/{service}?passing&index={index}&wait=60s", _end.Token);
        await response.Content.ReadAsByteArrayAsync(_end.Token);
        return IndexOf(response.Headers);
    }

    private static long IndexOf(HttpResponseHeaders headers) =>
        long.Parse(headers.GetValues("X-Consul-Index").First(), System.Globalization.CultureInfo.InvariantCulture);
}
