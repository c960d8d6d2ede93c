using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HA.Core.Servers;

/// <summary>A real redis-server on loopback that keeps nothing on disk.</summary>
public sealed class RedisServer : IRegistryServer
{
    // The deadlines of HA.Core's own leases, all of them moved into the past.
    private const string EndLeases = """
        for _, key in ipairs(redis.call('KEYS', '*:deadlines')) do
          for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do redis.call('ZADD', key, 1, id) end
        end
        """;

    private readonly ServerProcess _process;
    private readonly string? _password;

    private RedisServer(ServerProcess process, int port, string? password)
    {
        _process = process;
        _password = password;
        Port = port;
        Faults =
        [
            new ServerFault("wipe", () => SendAsync("FLUSHALL")),
            new ServerFault("revoke", () => SendAsync("EVAL", EndLeases, "0")),
            new ServerFault("mute", () => SendAsync("CLIENT", "KILL", "TYPE", "pubsub")),
            new ServerFault("forget-scripts", () => SendAsync("SCRIPT", "FLUSH")),
        ];
    }

    /// <inheritdoc/>
    public string Name { get; private set; } = "redis";

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ServerFault> Faults { get; }

    /// <summary>Host and port.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <inheritdoc/>
    public ServerProcess Process => _process;

    /// <summary>Starts one.</summary>
    /// <param name="password">What clients must say; nothing if null.</param>
    /// <param name="arguments">Further arguments, as on the command line.</param>
    public static async Task<RedisServer> StartAsync(string? password = null, params string[] arguments)
    {
        var binary = await ServerBinaries.FindAsync("HA_REDIS_SERVER", "redis");
        var port = LoopbackPort.Free();
        string[] secret = password is null ? [] : ["--requirepass", password];
        var spec = new ServerSpec(
            "redis",
            binary,
            folder =>
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no",
                .. secret, .. arguments,
            ],
            // Answered even to those who have not said the password.
            async token => await SendAsync(port, [["PING"]], token) is ['+', 'P', ..] or ['-', 'N', 'O', 'A', ..]);
        var server = new RedisServer(await ServerProcess.StartAsync(spec), port, password);
        server.Name = $"redis {await server.VersionAsync()}";
        return server;
    }

    /// <summary>Sends one command and answers what the server said, as it stood on the wire.</summary>
    public async Task<string> SendAsync(params string[] command)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return _password is null
            ? await SendAsync(Port, [command], deadline.Token)
            : await SendAsync(Port, [["AUTH", _password], command], deadline.Token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<string> VersionAsync()
    {
        const string Field = "redis_version:";
        var line = (await SendAsync("INFO", "server")).Split("\r\n").First(static l => l.StartsWith(Field, StringComparison.Ordinal));
        return line[Field.Length..];
    }

    private static async Task<string> SendAsync(int port, string[][] commands, CancellationToken token)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, token);
        var stream = client.GetStream();
        var request = new StringBuilder();
        foreach (var command in (string[][])[.. commands, ["QUIT"]])
        {
            request.Append('*').Append(command.Length).Append("\r\n");
            foreach (var word in command) request.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), token);
        // QUIT: the server closes when it has said all.
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(token);
    }
}
