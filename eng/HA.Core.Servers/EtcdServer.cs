using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace HA.Core.Servers;

/// <summary>A real etcd of one member on loopback.</summary>
public sealed class EtcdServer : IRegistryServer
{
    // Every key there is, whatever the registries' prefixes are.
    private const string All = """{"key":"AA==","range_end":"AA=="}""";

    private readonly ServerProcess _process;
    private readonly HttpClient _operator;

    internal EtcdServer(ServerProcess process, string name, int port, HttpClient @operator)
    {
        _process = process;
        _operator = @operator;
        Name = name;
        Port = port;
        Faults =
        [
            new ServerFault("wipe", () => SendAsync("/v3/kv/deleterange", All)),
            new ServerFault("revoke", RevokeAllAsync),
            new ServerFault("compact", CompactAsync),
        ];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public ServerProcess Process => _process;

    /// <inheritdoc/>
    public IReadOnlyList<ServerFault> Faults { get; }

    /// <summary>Where clients that trust it connect.</summary>
    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Starts one. Its elections are short, so that it is quick to start: a lease lives a second at least.</summary>
    /// <param name="version">3.4 or 3.5.</param>
    /// <param name="arguments">Further arguments, as on the command line; of two that are the same, the last counts.</param>
    public static async Task<EtcdServer> StartAsync(string version = "3.5", params string[] arguments)
    {
        var (client, peer) = (LoopbackPort.Free(), LoopbackPort.Free());
        var (spec, http) = await SpecAsync(version, "n", $"n=http://127.0.0.1:{peer}", client, peer, arguments);
        var process = await ServerProcess.StartAsync(spec);
        return new EtcdServer(process, $"etcd {await VersionAsync(http)}", client, http);
    }

    /// <summary>Starts one that speaks TLS to its clients.</summary>
    /// <param name="certificateFile">Its certificate, in PEM.</param>
    /// <param name="keyFile">The key of that, in PEM.</param>
    /// <param name="clientRootFile">What its clients' certificates must come from, in PEM; null: it asks for none.</param>
    public static async Task<EtcdServer> StartWithTlsAsync(string version, string certificateFile, string keyFile, string? clientRootFile)
    {
        var (client, peer, operation) = (LoopbackPort.Free(), LoopbackPort.Free(), LoopbackPort.Free());
        string[] trust = clientRootFile is null ? [] : ["--client-cert-auth", "--trusted-ca-file", clientRootFile];
        var (spec, http) = await SpecAsync(
            version, "n", $"n=http://127.0.0.1:{peer}", operation, peer,
            [
                "--listen-client-urls", $"https://127.0.0.1:{client},http://127.0.0.1:{operation}",
                "--advertise-client-urls", $"https://127.0.0.1:{client}",
                "--cert-file", certificateFile, "--key-file", keyFile, .. trust,
            ]);
        var process = await ServerProcess.StartAsync(spec);
        return new EtcdServer(process, $"etcd {await VersionAsync(http)}", client, http);
    }

    /// <summary>
    /// Sends one request of an operator's to etcd's JSON interface, which suits a library without a protocol compiler.
    /// </summary>
    /// <param name="path">Such as <c>/v3/kv/range</c>.</param>
    /// <param name="body">JSON; keys and values in base64.</param>
    /// <param name="token">Of a user, where authentication is on.</param>
    public async Task<JsonElement> SendAsync(string path, string body, string? token = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8) };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", token);
        using var response = await _operator.SendAsync(request, deadline.Token);
        var text = await response.Content.ReadAsStringAsync(deadline.Token);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {text}");
    }

    /// <summary>Writes a key, under a lease if one is given.</summary>
    public Task PutAsync(string key, string value, long lease = 0) =>
        SendAsync("/v3/kv/put", $$"""{"key":"{{Base64(key)}}","value":"{{Base64(value)}}","lease":"{{lease}}"}""");

    /// <summary>Removes all keys that begin with something.</summary>
    public Task DeleteAsync(string prefix) => SendAsync("/v3/kv/deleterange", $"{{{Range(prefix)}}}");

    /// <summary>The keys that begin with something, each with its value.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(string prefix)
    {
        var answer = await SendAsync("/v3/kv/range", $"{{{Range(prefix)}}}");
        if (!answer.TryGetProperty("kvs", out var pairs)) return new Dictionary<string, string>();
        return pairs.EnumerateArray().ToDictionary(static p => Text(p, "key"), static p => Text(p, "value"));
    }

    /// <summary>The ids of all leases.</summary>
    public async Task<long[]> LeasesAsync()
    {
        var answer = await SendAsync("/v3/lease/leases", "{}");
        return answer.TryGetProperty("leases", out var leases)
            ? [.. leases.EnumerateArray().Select(static l => long.Parse(l.GetProperty("ID").GetString()!))]
            : [];
    }

    /// <summary>Ends a lease, as an operator may.</summary>
    public Task RevokeAsync(long lease) => SendAsync("/v3/lease/revoke", $$"""{"ID":"{{lease}}"}""");

    /// <summary>One number of the server's own statistics; 0 if it has none of that name.</summary>
    /// <param name="name">As it stands on its page, labels included.</param>
    public async Task<double> MetricAsync(string name)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var page = await _operator.GetStringAsync("/metrics", deadline.Token);
        var line = page.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(name.Length + 1)..]);
    }

    /// <summary>Forgets all history but the current revision.</summary>
    public async Task CompactAsync()
    {
        var head = await SendAsync("/v3/kv/range", $$"""{"key":"{{Base64("none")}}"}""");
        var revision = head.GetProperty("header").GetProperty("revision").GetString();
        try
        {
            await SendAsync("/v3/kv/compaction", $$"""{"revision":"{{revision}}"}""");
        }
        catch (InvalidOperationException e) when (e.Message.Contains("has been compacted", StringComparison.Ordinal))
        {
            // Nothing has happened since the last time.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>How one member of a cluster is started, and a client for its operator.</summary>
    internal static async Task<(ServerSpec Spec, HttpClient Operator)> SpecAsync(
        string version, string name, string members, int client, int peer, string[] arguments)
    {
        var binary = await ServerBinaries.FindAsync(version == "3.4" ? "HA_ETCD" : "HA_ETCD35", "etcd");
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{client}") };
        var spec = new ServerSpec(
            "etcd",
            binary,
            folder =>
            [
                "--name", name, "--data-dir", folder, "--logger=zap", "--log-level=warn", "--unsafe-no-fsync",
                "--heartbeat-interval=50", "--election-timeout=500",
                "--listen-client-urls", $"http://127.0.0.1:{client}", "--advertise-client-urls", $"http://127.0.0.1:{client}",
                "--listen-peer-urls", $"http://127.0.0.1:{peer}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{peer}",
                "--initial-cluster", members, .. arguments,
            ],
            async token => (await http.GetStringAsync("/health", token)).Contains("true", StringComparison.Ordinal));
        return (spec, http);
    }

    internal static async Task<string> VersionAsync(HttpClient http)
    {
        var answer = await http.GetFromJsonAsync<JsonElement>("/version");
        return answer.GetProperty("etcdserver").GetString()!;
    }

    private async Task RevokeAllAsync()
    {
        foreach (var lease in await LeasesAsync())
        {
            try
            {
                await RevokeAsync(lease);
            }
            catch (InvalidOperationException e) when (e.Message.Contains("not found", StringComparison.Ordinal))
            {
                // It ended meanwhile.
            }
        }
    }

    private static string Range(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return $"\"key\":\"{Base64(prefix)}\",\"range_end\":\"{Convert.ToBase64String(end)}\"";
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(JsonElement pair, string property) =>
        pair.TryGetProperty(property, out var value) ? Encoding.UTF8.GetString(value.GetBytesFromBase64()) : "";
}
