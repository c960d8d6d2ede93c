using System.Collections.Immutable;

namespace HA.Core.Health;

/// <summary>Which addresses a health-check URL from a registry may name. Whatever else it names is reported, and never asked.</summary>
/// <remarks>
/// Whoever can write to a registry chooses these URLs; a client that fetched any of them could be sent to a neighbour, to
/// itself, or to a cloud's metadata. Only <c>http</c> and <c>https</c> are ever allowed, and never with a user name. Hosts are
/// compared as text, by the form that a URI gives them: no name is resolved for that, another spelling of an allowed
/// address is allowed, and another name for it is not. Immutable.
/// </remarks>
public sealed class HealthCheckAddressPolicy
{
    private readonly bool _ownPortOnly;
    private readonly ImmutableArray<string> _otherHosts;

    private HealthCheckAddressPolicy(bool ownPortOnly, ImmutableArray<string> otherHosts)
    {
        _ownPortOnly = ownPortOnly;
        _otherHosts = otherHosts;
    }

    /// <summary>The instance's own address, at any port: where calls go anyway. The default.</summary>
    public static HealthCheckAddressPolicy OwnAddress { get; } = new(ownPortOnly: false, []);

    /// <summary>The instance's own scheme, address and port only.</summary>
    public static HealthCheckAddressPolicy OwnAddressAndPort { get; } = new(ownPortOnly: true, []);

    /// <summary>The instance's own address, and these hosts, at any port.</summary>
    /// <param name="hosts">IP addresses or host names, written in full, without scheme and port.</param>
    /// <exception cref="ArgumentException">One of them is no address.</exception>
    public static HealthCheckAddressPolicy OwnAddressOr(params IEnumerable<string> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return new(ownPortOnly: false, [.. hosts.Select(static h => InstanceRules.BaseUri("http", InstanceRules.Address(h), 80).IdnHost)]);
    }

    /// <summary>Why this URL of this instance must not be asked; null if it may.</summary>
    public string? Refusal(ServiceInstance instance, Uri url)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) return "health-check URL is not http or https";
        if (url.UserInfo.Length > 0) return "health-check URL carries a user name";
        var own = instance.BaseUri;
        if (Same(url.IdnHost, own.IdnHost))
        {
            return !_ownPortOnly || (url.Port == instance.Port && url.Scheme == own.Scheme)
                ? null
                : $"health-check URL names {url.Scheme} and port {url.Port}, which are not the instance's own";
        }

        return _otherHosts.Any(h => Same(h, url.IdnHost))
            ? null
            : $"health-check URL names {url.Host}, which is not the instance's own address";
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
