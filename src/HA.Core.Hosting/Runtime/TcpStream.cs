using System.Net;
using System.Net.Sockets;

namespace HA.Core.Hosting.Runtime;

/// <summary>A connection to the first of some addresses that were judged before: no name is resolved any more.</summary>
internal static class TcpStream
{
    internal static async ValueTask<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
