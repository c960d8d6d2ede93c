using System.Net;
using System.Net.Sockets;

namespace HA.Core.Registry;

/// <summary>What kind of address one is, as far as it matters to an <see cref="AddressPolicy"/>.</summary>
internal static class AddressClass
{
    // Where clouds answer with credentials whoever asks.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("169.254.169.254"), IPAddress.Parse("169.254.170.2"), IPAddress.Parse("100.100.100.200"),
        IPAddress.Parse("192.0.0.192"), IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("fd20:ce::254"),
    ];

    private static readonly string[] MetadataNames = ["metadata", "metadata.google.internal", "metadata.goog", "instance-data"];

    // ::/96 is left out on purpose: its only members in use are unspecified and loopback.
    private static readonly (IPNetwork Network, int At)[] Wrappings =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
    ];

    private static readonly IPNetwork ThisNetwork = IPNetwork.Parse("0.0.0.0/8");
    private static readonly IPNetwork Reserved = IPNetwork.Parse("240.0.0.0/4");
    private static readonly IPNetwork MulticastV4 = IPNetwork.Parse("224.0.0.0/4");
    private static readonly IPNetwork LinkLocalV4 = IPNetwork.Parse("169.254.0.0/16");

    /// <summary>The IPv4 address that an IPv6 address stands for; the address itself if it stands for none.</summary>
    internal static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        foreach (var (network, at) in Wrappings)
        {
            if (network.Contains(address)) return new IPAddress(address.GetAddressBytes().AsSpan(at, 4));
        }

        return address;
    }

    /// <summary>Why nobody's instance can be there; null if one can.</summary>
    /// <param name="address">Unwrapped.</param>
    internal static string? Unusable(IPAddress address)
    {
        if (Array.IndexOf(Metadata, address) >= 0) return "a cloud's metadata";
        if (address.Equals(IPAddress.IPv6Any) || ThisNetwork.Contains(address)) return "an unspecified address";
        if (address.IsIPv6Multicast || MulticastV4.Contains(address)) return "a multicast address";
        return Reserved.Contains(address) ? "a reserved address" : null;
    }

    internal static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || LinkLocalV4.Contains(address);

    internal static bool IsMetadata(string name) =>
        Array.Exists(MetadataNames, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));

    internal static bool IsLoopback(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
