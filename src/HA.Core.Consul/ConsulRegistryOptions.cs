using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HA.Core.Consul;

/// <summary>Where the Consul agent is and how to use it. A new instance holds the recommended values.</summary>
public sealed record ConsulRegistryOptions
{
    private const int OtherConnections = 32;

    /// <summary>
    /// The agent: one agent, as a rule the one on this machine. Not a load balancer before several, since an agent keeps
    /// only what was registered with itself.
    /// </summary>
    /// <value>The default is <c>http://localhost:8500</c>.</value>
    public Uri Address { get; init => field = CheckedAddress(value, nameof(Address)); } = new("http://localhost:8500");

    /// <summary>
    /// The ACL token, or null. Never part of an exception or of <see cref="ToString"/>. It needs <c>service:read</c> and
    /// <c>node:read</c>; to register also <c>service:write</c>, and <c>key:write</c> and <c>session:write</c> for
    /// <see cref="RememberDepartures"/>.
    /// </summary>
    public string? Token
    {
        get;
        init => field = value is null || (value.Length > 0 && value.All(static c => c is > ' ' and < '\x7f'))
            ? value
            : throw new ArgumentException("Token must be visible ASCII characters, or null for none.", nameof(Token));
    }

    /// <summary>
    /// The data centre to read, or null for the agent's own. For reading only: instances are registered with the agent, in
    /// its own data centre.
    /// </summary>
    public string? Datacenter { get; init => field = value is null ? null : Plain(value, nameof(Datacenter), ""); }

    /// <summary>
    /// What the keys of <see cref="RememberDepartures"/> begin with in Consul's key-value store: letters, digits,
    /// <c>-</c>, <c>_</c> and <c>/</c>. Services have no prefix; all who use a cluster see them.
    /// </summary>
    /// <value>The default is <c>ha</c>.</value>
    public string KeyPrefix
    {
        get;
        init => field = Plain(value, nameof(KeyPrefix), "/") is ['/', ..] or [.., '/'] || value.Contains("//", StringComparison.Ordinal)
            ? throw new ArgumentException("KeyPrefix must neither begin nor end with a slash, nor have two in a row.", nameof(KeyPrefix))
            : value;
    } = "ha";

    /// <summary>
    /// Whether deregistrations are kept in the key-value store for a minute, so that watchers can tell a departure from a
    /// disappearance, and a write that was delayed shows nobody who has left. Without it planned mass departures are
    /// doubted like others.
    /// </summary>
    /// <value>The default is true.</value>
    public bool RememberDepartures { get; init; } = true;

    /// <summary>Longest wait for an answer that is to come at once, and for a connection.</summary>
    /// <value>The default is 3 s.</value>
    public TimeSpan RequestTimeout
    {
        get;
        init => field = Between(value, nameof(RequestTimeout), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a watch lets the agent wait for a change before it asks again. A frozen agent is noticed after 17/16 of
    /// this and two seconds.
    /// </summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan WaitTime
    {
        get;
        init => field = Between(value, nameof(WaitTime), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many watches may wait at the agent at once. Each takes a connection, and an agent closes those beyond 200 from
    /// one address (<c>limits.http_max_conns_per_client</c>), whatever process they come from. More watches than this
    /// take turns of a second, so that changes reach them later. All other requests share 32 connections more.
    /// </summary>
    /// <value>The default is 100.</value>
    public int MaxOpenQueries
    {
        get;
        init => field = value is > 0 and <= 10_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxOpenQueries), value, "MaxOpenQueries must be 1 to 10000.");
    } = 100;

    /// <summary>The authorities that sign the agent's certificate, if they are not the machine's own.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>What to show an agent that wants its clients' certificates (<c>verify_incoming</c>).</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name in the agent's certificate, such as <c>server.dc1.consul</c>, if it is not the address's host.</summary>
    public string? TlsHost { get; init => field = value is null ? null : Plain(value, nameof(TlsHost), "."); }

    /// <summary>
    /// A handler of yours to send all requests with, instead of an own one; then the certificates and names of these options
    /// do not count. It is not disposed.
    /// </summary>
    public HttpMessageHandler? MessageHandler { get; init; }

    internal HttpMessageInvoker CreateInvoker()
    {
        if (MessageHandler is { } own) return new HttpMessageInvoker(own, disposeHandler: false);
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = RequestTimeout,
            MaxConnectionsPerServer = MaxOpenQueries + OtherConnections,
            // So that a name that points elsewhere is followed some time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        };
        handler.SslOptions = new SslClientAuthenticationOptions();
        if (ClientCertificate is { } mine) handler.SslOptions.ClientCertificates = [mine];
        if (CertificateAuthorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Address)} = {(MessageHandler is null ? Address : $"{Address} (by a handler handed in)")}, ");
        text.Append($"{nameof(Datacenter)} = {Datacenter ?? "(the agent's)"}, {nameof(KeyPrefix)} = {KeyPrefix}");
        return true;
    }

    private static Uri CheckedAddress(Uri value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? new Uri(value.AbsoluteUri.TrimEnd('/') + "/")
            : throw new ArgumentException($"{name} must be an http or https URL such as http://localhost:8500, without a query.", name);
    }

    private static string Plain(string value, string name, string also)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value.Length is > 0 and <= 128 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || also.Contains(c, StringComparison.Ordinal))
            ? value
            : throw new ArgumentException($"{name} must be 1 to 128 letters, digits, '-', '_'{(also.Length > 0 ? $" or '{also}'" : "")}.", name);
    }

    private static TimeSpan Between(TimeSpan value, string name, TimeSpan least, TimeSpan most) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least} and at most {most}.");
}
