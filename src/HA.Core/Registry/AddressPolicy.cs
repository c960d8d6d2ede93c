using System.Collections.Immutable;
using System.Net;

namespace HA.Core.Registry;

/// <summary>Which addresses a registry may send this program to. A new instance holds the recommended values.</summary>
/// <remarks>
/// <para>Whoever can write to a registry chooses addresses that this program then talks to from the inside of its network.
/// Never allowed are the metadata of clouds, and unspecified, multicast, broadcast and reserved addresses; an IPv6 address
/// that stands for an IPv4 one counts as that. Private networks are where instances normally are, so they are allowed:
/// name yours in <see cref="Allowed"/> to allow nothing else.</para>
/// <para>A host name is judged by its text here. What it stands for is known only when a connection is made:
/// <see cref="RefusalOfResolved"/> is for whoever makes it. Immutable, compared by value.</para>
/// </remarks>
public sealed record AddressPolicy
{
    private ImmutableArray<IPNetwork> _allowedNetworks = [];
    private ImmutableArray<string> _allowedNames = [];
    private ImmutableArray<IPNetwork> _deniedNetworks = [];
    private ImmutableArray<string> _deniedNames = [];

    /// <summary>
    /// The only addresses that are allowed: networks such as <c>10.0.0.0/8</c>, addresses, host names, and domains such as
    /// <c>.internal</c> for all names in them. Empty for all that is not forbidden otherwise.
    /// </summary>
    /// <value>The default is empty.</value>
    public ImmutableArray<string> Allowed { get; init => Split(field = value, out _allowedNetworks, out _allowedNames); } = [];

    /// <summary>Addresses that are not allowed, written as those in <see cref="Allowed"/>, over which they take precedence.</summary>
    /// <value>The default is empty.</value>
    public ImmutableArray<string> Denied { get; init => Split(field = value, out _deniedNetworks, out _deniedNames); } = [];

    /// <summary>Whether this machine's own address, <c>127.0.0.1</c>, <c>::1</c> or <c>localhost</c>, is allowed.</summary>
    /// <value>The default is true, for development and for proxies beside the program. Say false where there are none.</value>
    public bool AllowLoopback { get; init; } = true;

    /// <summary>Whether addresses of the local link are allowed: <c>169.254.0.0/16</c> and <c>fe80::/10</c>.</summary>
    /// <value>The default is false. The metadata of a cloud is not allowed even then.</value>
    public bool AllowLinkLocal { get; init; }

    /// <summary>Whether only instances that speak TLS are allowed: those whose scheme is <c>https</c> or <c>grpcs</c>.</summary>
    /// <value>The default is false.</value>
    public bool RequireTls { get; init; }

    /// <summary>Why this instance must not be called; null if it may.</summary>
    public string? Refusal(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return RequireTls && instance.Scheme is not ("https" or "grpcs")
            ? $"{instance.Scheme}, and TLS is required"
            : Refusal(instance.Address);
    }

    /// <summary>Why this address must not be called; null if it may.</summary>
    /// <param name="address">An IP address or a host name.</param>
    public string? Refusal(string address)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        if (IPAddress.TryParse(address.AsSpan().Trim("[]"), out var ip))
            return Refusal(ip, mustBeListed: !Allowed.IsEmpty);
        var name = address.TrimEnd('.');
        if (AddressClass.IsMetadata(name)) return "a cloud's metadata";
        if (!AllowLoopback && AddressClass.IsLoopback(name)) return "this machine itself";
        if (IsIn(_deniedNames, name)) return "denied";
        return Allowed.IsEmpty || IsIn(_allowedNames, name) ? null : "not among those allowed";
    }

    /// <summary>Why an address that an allowed host name stands for must not be connected to; null if it may.</summary>
    public string? RefusalOfResolved(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        // The name is among those allowed; where networks are named as well, it must not lead out of them.
        return Refusal(address, mustBeListed: !_allowedNetworks.IsEmpty);
    }

    /// <inheritdoc/>
    public bool Equals(AddressPolicy? other) =>
        other is not null && AllowLoopback == other.AllowLoopback && AllowLinkLocal == other.AllowLinkLocal
        && RequireTls == other.RequireTls && Allowed.AsSpan().SequenceEqual(other.Allowed.AsSpan())
        && Denied.AsSpan().SequenceEqual(other.Denied.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        (Allowed.Length * 31) + (Denied.Length * 8) + (AllowLoopback ? 4 : 0) + (AllowLinkLocal ? 2 : 0) + (RequireTls ? 1 : 0);

    private string? Refusal(IPAddress address, bool mustBeListed)
    {
        var real = AddressClass.Unwrap(address);
        if (AddressClass.Unusable(real) is { } unusable) return unusable;
        if (!AllowLinkLocal && AddressClass.IsLinkLocal(real)) return "an address of the local link";
        if (!AllowLoopback && IPAddress.IsLoopback(real)) return "this machine itself";
        if (IsIn(_deniedNetworks, real)) return "denied";
        return !mustBeListed || IsIn(_allowedNetworks, real) ? null : "not among those allowed";
    }

    private static bool IsIn(ImmutableArray<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }

    private static bool IsIn(ImmutableArray<string> names, string name)
    {
        foreach (var one in names)
        {
            var isIt = one[0] == '.'
                ? name.EndsWith(one, StringComparison.OrdinalIgnoreCase)
                : string.Equals(one, name, StringComparison.OrdinalIgnoreCase);
            if (isIt) return true;
        }

        return false;
    }

    private static void Split(ImmutableArray<string> texts, out ImmutableArray<IPNetwork> networks, out ImmutableArray<string> names)
    {
        if (texts.IsDefault) throw Bad(null);
        var (n, s) = (ImmutableArray.CreateBuilder<IPNetwork>(), ImmutableArray.CreateBuilder<string>());
        foreach (var text in texts)
        {
            if (string.IsNullOrEmpty(text)) throw Bad(text);
            if (IPNetwork.TryParse(text, out var network)) n.Add(network);
            else if (IPAddress.TryParse(text, out var address)) n.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (Uri.CheckHostName(text.TrimStart('.')) == UriHostNameType.Dns) s.Add(text);
            else throw Bad(text);
        }

        (networks, names) = (n.ToImmutable(), s.ToImmutable());
    }

    private static ArgumentException Bad(string? text) => new(
        $"'{text}' is no network, address or name: write one such as 10.0.0.0/8, 10.0.0.5, "
        + "orders.internal or .internal.");
}
