using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HA.Core.Servers;

/// <summary>A real redis-server on loopback that keeps nothing on disk.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly string? _password;

    private RedisServer(ServerProcess process, int port, string? password)
    {
        _process = process;
        _password = password;
        Port = port;
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Host and port.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Its process.</summary>
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
        return new RedisServer(await ServerProcess.StartAsync(spec), port, password);
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
