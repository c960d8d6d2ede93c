using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace HA.Core.Etcd;

/// <summary>Where etcd is and how to use it. A new instance holds the recommended values.</summary>
public sealed record EtcdRegistryOptions
{
    /// <summary>
    /// Members of one cluster as URIs, <c>http://host:2379</c> or <c>https://host:2379</c>. One is used, the next when that
    /// one fails; processes begin with different ones.
    /// </summary>
    /// <value>The default is <c>http://localhost:2379</c>.</value>
    public ImmutableArray<string> Endpoints
    {
        get;
        init
        {
            if (value.IsDefaultOrEmpty)
                throw new ArgumentException("Endpoints must name a server, such as http://localhost:2379.", nameof(Endpoints));
            foreach (var endpoint in value) _ = AddressOf(endpoint);
            field = value;
        }
    } = ["http://localhost:2379"];

    /// <summary>The user, where etcd's authentication is on and goes by password; or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password, or null. Never part of an exception or of <see cref="ToString"/>.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// What the server's certificate must come from, or null for what the machine trusts. Only these are trusted then, and
    /// nobody is asked whether they were revoked.
    /// </summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>What this client shows a server that asks for a certificate, with its private key; or null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name in the servers' certificates, if it is not the endpoint's host.</summary>
    public string? TlsHost { get; init; }

    /// <summary>
    /// What all keys begin with; two registries with different prefixes do not see each other. A user needs the right to read
    /// and write the keys that begin with it and a slash.
    /// </summary>
    /// <value>The default is <c>ha</c>.</value>
    public string KeyPrefix
    {
        get;
        init => field = value is { Length: > 0 and <= 256 } && !value.EndsWith('/') && !value.Any(char.IsControl)
            ? value
            : throw new ArgumentException(
                "KeyPrefix must be 1 to 256 characters without control characters, and not end with a slash.", nameof(KeyPrefix));
    } = "ha";

    /// <summary>
    /// Longest wait for one answer, a new connection and further endpoints included: of several, each gets its share, a third
    /// at least.
    /// </summary>
    /// <value>The default is 3 s.</value>
    public TimeSpan RequestTimeout { get; init => field = Positive(value, nameof(RequestTimeout)); } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How often a watch on which nothing happens asks whether the server is still there. After three of them without an
    /// answer the watch ends.
    /// </summary>
    /// <value>The default is 1 s.</value>
    public TimeSpan LivenessInterval { get; init => field = Positive(value, nameof(LivenessInterval)); } = TimeSpan.FromSeconds(1);

    internal static Uri AddressOf(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address is { PathAndQuery: "/", UserInfo: "" }
            ? address
            : throw new ArgumentException(
                $"'{Masked(endpoint)}' is not an endpoint: it must be like http://host:2379 or https://host:2379.", nameof(endpoint));

    /// <summary>One connection to each server, watched by pings that a server of etcd's defaults puts up with.</summary>
    internal SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = RequestTimeout,
        // More often than every five seconds and etcd closes the connection.
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        SslOptions = TlsOptions(),
    };

    private SslClientAuthenticationOptions TlsOptions()
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = TlsHost };
        if (ClientCertificate is { } own) tls.ClientCertificates = [own];
        if (TrustedRoots is { } roots)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return tls;
    }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Endpoints)} = {string.Join(", ", Endpoints)}, {nameof(UserName)} = {UserName}, ");
        text.Append($"{nameof(KeyPrefix)} = {KeyPrefix}, {nameof(RequestTimeout)} = {RequestTimeout}");
        return true;
    }

    // A URI may carry a password, and the message may end in a log.
    private static string Masked(string? endpoint)
    {
        var at = endpoint?.LastIndexOf('@') ?? -1;
        return at < 0 ? endpoint ?? "null" : $"...{endpoint![at..]}";
    }

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than zero and at most an hour.");
}
