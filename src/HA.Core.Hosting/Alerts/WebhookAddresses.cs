using System.Net;
using HA.Core.Hosting.Runtime;

namespace HA.Core.Hosting.Alerts;

/// <summary>Which addresses a webhook may connect to: judged by the address itself, after its name was resolved.</summary>
internal static class WebhookAddresses
{
    // IANA's registries of addresses that are not for everybody (RFC 6890 and its kin).
    private static readonly IPNetwork[] NotPublic =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            // Of IPv6 only what is given out, without what wraps an IPv4 address.
            "::/3", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "4000::/2", "8000::/1",
        ]).Select(static n => IPNetwork.Parse(n)),
    ];

    internal static bool IsAllowed(IPAddress address, bool isForThisMachine, bool allowsPrivate)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        // A name on the internet must not lead back to this machine, nor this machine's name away from it.
        if (IPAddress.IsLoopback(address) || isForThisMachine) return IPAddress.IsLoopback(address) && isForThisMachine;
        return allowsPrivate || !Array.Exists(NotPublic, n => n.Contains(address));
    }

    /// <summary>Connects to the first address that may be connected to.</summary>
    internal static async ValueTask<Stream> ConnectAsync(
        DnsEndPoint to, bool isForThisMachine, bool allowsPrivate, CancellationToken cancellationToken)
    {
        var all = await Dns.GetHostAddressesAsync(to.Host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(all, a => IsAllowed(a, isForThisMachine, allowsPrivate));
        if (allowed.Length == 0) throw new WebhookRefusedException(to.Host);
        return await TcpStream.ConnectAsync(allowed, to.Port, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A webhook leads to where it must not.</summary>
internal sealed class WebhookRefusedException(string host) : IOException(
    $"'{host}' is not connected to: none of its addresses is public. Alerts:Webhook:AllowPrivateAddresses allows it.");
