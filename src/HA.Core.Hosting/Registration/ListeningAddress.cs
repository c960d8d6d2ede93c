using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace HA.Core.Hosting.Registration;

/// <summary>Where others reach this program.</summary>
/// <param name="Scheme">Scheme.</param>
/// <param name="Address">IP address or host name.</param>
/// <param name="Port">Port.</param>
internal sealed record ListeningAddress(string Scheme, string Address, int Port)
{
    private const string Hint = "Set HA:Registration:Address and HA:Registration:Port to what others should connect to.";

    internal bool IsLoopback => IPAddress.TryParse(Address, out var ip) && IPAddress.IsLoopback(ip);

    /// <summary>Chooses what to register.</summary>
    /// <param name="options">What was said about it.</param>
    /// <param name="bound">Where the server listens, as it tells.</param>
    /// <param name="own">The machine's own address, for a server that listens everywhere.</param>
    internal static ListeningAddress Choose(SelfRegistrationOptions options, IEnumerable<string> bound, Func<string?> own)
    {
        if (options is { Address: { } address, Port: { } port }) return new(options.Scheme ?? ServiceInstance.DefaultScheme, address, port);
        var all = bound.Select(BindingAddress.Parse).Where(static b => b is { IsUnixPipe: false, IsNamedPipe: false }).ToArray();
        if (all.Length == 0)
            throw new InvalidOperationException($"This program listens on no port, so there is nothing to register. {Hint}");
        var chosen = options.Scheme is { } scheme
            ? Array.Find(all, b => string.Equals(b.Scheme, scheme, StringComparison.OrdinalIgnoreCase))
            : Array.Find(all, static b => string.Equals(b.Scheme, "https", StringComparison.OrdinalIgnoreCase)) ?? all[0];
        if (chosen is null)
        {
            var listens = string.Join(", ", all.Select(static b => b.ToString()));
            throw new InvalidOperationException($"HA:Registration:Scheme is '{options.Scheme}', and this program listens on {listens}.");
        }

        var host = options.Address ?? HostOf(chosen.Host, own)
            ?? throw new InvalidOperationException($"This program listens everywhere, and the machine has no address but loopback. {Hint}");
        return new(chosen.Scheme.ToLowerInvariant(), host, options.Port ?? chosen.Port);
    }

    /// <summary>The machine's first address that is not loopback; of an interface with a gateway, if there is one.</summary>
    internal static string? OfTheMachine() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(static n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .Select(static n => n.GetIPProperties())
        .OrderByDescending(static p => p.GatewayAddresses.Count > 0)
        .SelectMany(static p => p.UnicastAddresses)
        .Select(static a => a.Address)
        .Where(static a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal)
        .OrderBy(static a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
        .FirstOrDefault()?.ToString();

    private static string? HostOf(string host, Func<string?> own)
    {
        if (host is "*" or "+" or "0.0.0.0" or "[::]") return own();
        return string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" : host.Trim('[', ']');
    }
}
