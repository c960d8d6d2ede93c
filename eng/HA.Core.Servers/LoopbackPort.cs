using System.Net;
using System.Net.Sockets;

namespace HA.Core.Servers;

/// <summary>Ports that nobody listens on. None of the servers tells a port that it chose itself.</summary>
public static class LoopbackPort
{
    /// <summary>A free one. It may be taken by another process before it is used; that is rare, and shows as a start that fails.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
