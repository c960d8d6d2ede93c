using System.Net;
using System.Net.Sockets;
using HA.Core.Servers;

namespace HA.Core.Etcd.Tests;

/// <summary>Goes between a client and a server, and can leave the connections that there are without an answer for ever.</summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, LoopbackPort.Free());
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly Task _accepting;
    private int _accepted;
    private int _silentUpTo;

    internal LossyProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Connections so far.</summary>
    internal int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Passes nothing on any more for the connections that there are; later ones work.</summary>
    internal void Silence() => Volatile.Write(ref _silentUpTo, Accepted);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            var number = Interlocked.Increment(ref _accepted);
            _ = RelayAsync(client, number);
        }
    }

    private async Task RelayAsync(TcpClient client, int number)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), number), CopyAsync(server.GetStream(), client.GetStream(), number));
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
            {
                // One side went; the other is closed.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, int number)
    {
        var buffer = new byte[16384];
        while (await from.ReadAsync(buffer, _end.Token) is > 0 and var count)
        {
            if (number <= Volatile.Read(ref _silentUpTo)) await Task.Delay(Timeout.Infinite, _end.Token);
            await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
        }
    }
}
