using System.Net;

namespace HA.Core.Hosting.Runtime;

/// <summary>
/// Connects to instances. What a host name stands for is known only now, so now it is judged; and the address that was judged is
/// the one that is connected to.
/// </summary>
internal sealed class GuardedConnector(Func<ServiceDirectory> directory, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    internal GuardedConnector(Func<ServiceDirectory> directory)
        : this(directory, static (name, stop) => Dns.GetHostAddressesAsync(name, stop))
    {
    }

    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        // An address was judged when the catalog was taken into use.
        var addresses = IPAddress.TryParse(host, out var ip) ? [ip] : await ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        return await TcpStream.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var addresses = await resolve(host, cancellationToken).ConfigureAwait(false);
        foreach (var address in addresses)
        {
            // One is enough: a name that leads to both good and bad addresses was made for that.
            if (directory().RefusalOf(host, address) is { } refusal)
            {
                throw new HttpRequestException(
                    HttpRequestError.ConnectionError, $"'{host}' is {address}: {refusal} (HA:Defaults:Watch:Addresses).");
            }
        }

        return addresses;
    }
}
