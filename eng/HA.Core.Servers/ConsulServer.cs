using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace HA.Core.Servers;

/// <summary>A real Consul on loopback, server and agent in one: one that forgets everything at its end, or one that does not.</summary>
public sealed class ConsulServer : IRegistryServer
{
    // For whether a server is ready, whichever it is.
    private static readonly HttpClient Asking = new();

    private readonly HttpClient _http;

    private ConsulServer(ServerProcess process, string host, int port, int tlsPort, string? token)
    {
        Process = process;
        Port = port;
        Address = new Uri($"http://{host}:{port}");
        TlsAddress = new Uri($"https://{host}:{tlsPort}");
        _http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
        if (token is not null) _http.DefaultRequestHeaders.Add("X-Consul-Token", token);
        Faults =
        [
            new ServerFault("wipe", () => ForEachAsync("agent/services", id => SendAsync(HttpMethod.Put, $"agent/service/deregister/{id}"))),
            new ServerFault("revoke", () => ForEachAsync("agent/checks", id => SendAsync(HttpMethod.Put, $"agent/check/fail/{id}"))),
            new ServerFault("uncheck", () => ForEachAsync("agent/checks", id => SendAsync(HttpMethod.Put, $"agent/check/deregister/{id}"))),
        ];
    }

    /// <inheritdoc/>
    public string Name { get; private set; } = "consul";

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ServerFault> Faults { get; }

    /// <inheritdoc/>
    public ServerProcess Process { get; }

    /// <summary>What a client connects to.</summary>
    public Uri Address { get; }

    /// <summary>The same with TLS; answers only if the settings name a certificate (<c>cert_file</c>, <c>key_file</c>).</summary>
    public Uri TlsAddress { get; }

    /// <summary>Starts one.</summary>
    /// <param name="durable">Whether what it knows survives <see cref="ServerProcess.RestartAsync"/>.</param>
    /// <param name="settings">Further settings, as in its configuration file; they go over ours.</param>
    /// <param name="token">What our own requests say, if access rules are among the settings.</param>
    public static async Task<ConsulServer> StartAsync(
        bool durable = false, Dictionary<string, object>? settings = null, string? token = null) =>
        await StartAsync(
            "127.0.0.1", LoopbackPort.Free(), LoopbackPort.Free(), durable ? ["-server", "-bootstrap-expect=1"] : ["-dev"], durable, settings, token);

    /// <summary>Asks something of its interface and answers what it said.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">After <c>/v1/</c>.</param>
    /// <param name="body">Sent as JSON; nothing if null.</param>
    /// <exception cref="HttpRequestException">It refused.</exception>
    public async Task<string> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/v1/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new HttpRequestException($"{path}: {text}", null, response.StatusCode);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
    }

    internal static async Task<ConsulServer> StartAsync(
        string host, int serfPort, int serverPort, string[] arguments, bool durable, Dictionary<string, object>? settings, string? token)
    {
        var binary = await ServerBinaries.FindAsync("HA_CONSUL", "consul");
        var port = LoopbackPort.Free();
        var all = new Dictionary<string, object>
        {
            ["ports"] = new Dictionary<string, int>
            {
                ["http"] = port,
                ["dns"] = -1,
                ["grpc"] = -1,
                ["serf_wan"] = -1,
                ["serf_lan"] = serfPort,
                ["server"] = serverPort,
            },
            ["performance"] = new Dictionary<string, int> { ["raft_multiplier"] = 1 },
            ["disable_update_check"] = true,
            ["log_level"] = "warn",
        };
        var tlsPort = LoopbackPort.Free();
        foreach (var (key, value) in settings ?? []) all[key] = value;
        if (all.ContainsKey("cert_file")) ((Dictionary<string, int>)all["ports"])["https"] = tlsPort;
        var node = $"node-{port}";
        var spec = new ServerSpec(
            "consul",
            binary,
            folder =>
            {
                // Beside the data, which a restart may remove.
                var file = Path.Combine(Path.GetDirectoryName(folder)!, "consul.json");
                File.WriteAllText(file, JsonSerializer.Serialize(all));
                string[] data = durable ? [$"-data-dir={folder}"] : [];
                return ["agent", .. arguments, .. data, $"-node={node}", $"-bind={host}", $"-client={host}", $"-config-file={file}"];
            },
            async cancel =>
            {
                using var question = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{port}/v1/health/node/{node}");
                if (token is not null) question.Headers.Add("X-Consul-Token", token);
                using var answer = await Asking.SendAsync(question, cancel);
                // Its own health is the last thing to be there; a leader alone is not enough.
                return answer.StatusCode == HttpStatusCode.OK && (await answer.Content.ReadAsStringAsync(cancel)).Contains("serfHealth", StringComparison.Ordinal);
            });
        var server = new ConsulServer(await ServerProcess.StartAsync(spec), host, port, tlsPort, token);
        using var self = JsonDocument.Parse(await server.SendAsync(HttpMethod.Get, "agent/self"));
        server.Name = $"consul {self.RootElement.GetProperty("Config").GetProperty("Version").GetString()}";
        return server;
    }

    private async Task ForEachAsync(string list, Func<string, Task> action)
    {
        foreach (var item in await NamesAsync(list))
        {
            try
            {
                await action(Uri.EscapeDataString(item));
            }
            catch (HttpRequestException)
            {
                // Gone since it was listed, or written anew at this moment.
                if ((await NamesAsync(list)).Contains(item, StringComparer.Ordinal)) await action(Uri.EscapeDataString(item));
            }
        }
    }

    private async Task<string[]> NamesAsync(string list)
    {
        using var document = JsonDocument.Parse(await SendAsync(HttpMethod.Get, list));
        return [.. document.RootElement.EnumerateObject().Select(static p => p.Name)];
    }
}
