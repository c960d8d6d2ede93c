using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HA.Core.Servers;

/// <summary>Ports that nobody listens on. None of the servers tells a port that it chose itself.</summary>
/// <remarks>
/// Below those that systems give to connections that go out (from 32768 on Linux): a server that is killed and started again
/// on its port must not find a client's connection there.
/// </remarks>
public static class LoopbackPort
{
    private const int First = 15_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, byte> Given = new();

    /// <summary>A free one. It may be taken by another process before it is used; that is rare, and shows as a start that fails.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, 0)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
