using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HA.Core.Servers.Tests;

/// <summary>Says back what it hears, and remembers it.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<byte> _heard = new();
    private readonly Task _serving;

    private EchoServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    public static EchoServer Start() => new();

    public string Heard => Encoding.ASCII.GetString([.. _heard]);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var echoes = new List<Task>();
        try
        {
            while (true) echoes.Add(EchoAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(echoes);
        }
    }

    private async Task EchoAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) is > 0 and var count)
            {
                foreach (var value in buffer.AsSpan(0, count)) _heard.Enqueue(value);
                await stream.WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (IOException)
        {
            // Reset by the proxy.
        }
    }
}
