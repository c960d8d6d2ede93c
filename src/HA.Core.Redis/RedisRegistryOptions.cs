using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HA.Core.Registry;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>Where Redis is and how to use it. A new instance holds the recommended values.</summary>
public sealed record RedisRegistryOptions
{
    /// <summary>Servers as <c>host:port</c>, separated by commas: one, a primary and its replicas, or the nodes of one cluster.</summary>
    /// <value>The default is <c>localhost:6379</c>.</value>
    public string Servers { get; init => field = CheckedServers(value, nameof(Servers)); } = "localhost:6379";

    /// <summary>
    /// The user of Redis' access lists, or null for the default one. Needs StackExchange.Redis 2 or later in your program;
    /// with an older one the first call says so.
    /// </summary>
    public string? UserName
    {
        get;
        init => field = value is null || (value.Length > 0 && value.AsSpan().IndexOfAny(',', ' ', '=') < 0)
            ? value
            : throw new ArgumentException("UserName must not be empty, nor contain commas, spaces or equals signs.", nameof(UserName));
    }

    /// <summary>Password of the user, or null. Never part of an exception or of <see cref="ToString"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Whether to speak TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>The name in the server's certificate, if it is not the host's.</summary>
    public string? TlsHost { get; init; }

    /// <summary>
    /// What the server's certificate must come from, or null for what the machine trusts. Only these are trusted then, and
    /// nobody is asked whether they were revoked.
    /// </summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Number of the database; 0 in a cluster.</summary>
    /// <value>The default is 0.</value>
    public int Database
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Database), value, "Database must not be negative.");
    }

    /// <summary>
    /// What all keys begin with; two registries with different prefixes do not see each other. Without braces, which
    /// would change where a cluster puts the keys.
    /// </summary>
    /// <value>The default is <c>ha</c>.</value>
    public string KeyPrefix
    {
        get;
        init => field = NotEmpty(value, nameof(KeyPrefix)).AsSpan().IndexOfAny('{', '}') < 0
            ? value
            : throw new ArgumentException("KeyPrefix must not contain braces.", nameof(KeyPrefix));
    } = "ha";

    /// <summary>Longest wait for one answer, and for a connection.</summary>
    /// <value>The default is 3 s.</value>
    public TimeSpan RequestTimeout { get; init => field = Positive(value, nameof(RequestTimeout)); } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Longest that a watch sleeps between two looks. Notifications and known deadlines wake it sooner; this is what
    /// bounds how late it is when a notification is lost. One look is one small request.
    /// </summary>
    /// <value>The default is 250 ms.</value>
    public TimeSpan SweepInterval { get; init => field = Positive(value, nameof(SweepInterval)); } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A connection of yours to use instead of an own one; then the servers, password and TLS of these options do not
    /// count. It is not disposed.
    /// </summary>
    public IConnectionMultiplexer? Connection { get; init; }

    /// <summary>The last word on the client's own options, such as a certificate check.</summary>
    public Action<ConfigurationOptions>? Configure { get; init; }

    // The connect timeout: how long the client waits for the last of the servers, if it has reached another one.
    internal ConfigurationOptions ToClientOptions(TimeSpan connectTimeout)
    {
        var options = UserName is { } user ? OptionsOf(user) : new ConfigurationOptions();
        // The first connection fails loudly; the core tries again.
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        options.ConnectTimeout = (int)Math.Ceiling(connectTimeout.TotalMilliseconds);
        options.SyncTimeout = (int)RequestTimeout.TotalMilliseconds;
        options.KeepAlive = 5;
        options.ClientName = "ha-core";
        options.Password = Password;
        options.Ssl = UseTls;
        options.SslHost = TlsHost;
        // Neither is needed, and a restricted user may not touch these keys.
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        if (TrustedRoots is { } roots)
            options.CertificateValidation += (_, certificate, _, errors) => IsTrusted(roots, certificate, errors);
        foreach (var server in Servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            options.EndPoints.Add(server);
        Configure?.Invoke(options);
        return options;
    }

    // The oldest client that we are compiled against has no property for it; a later one understands the word.
    private static ConfigurationOptions OptionsOf(string user)
    {
        try
        {
            return ConfigurationOptions.Parse($"user={user}");
        }
        catch (ArgumentException e)
        {
            throw new RegistryException(
                $"This program's StackExchange.Redis {typeof(ConfigurationOptions).Assembly.GetName().Version} knows no user names: "
                + "reference version 2 or later of it, or leave UserName out.", e);
        }
    }

    private static bool IsTrusted(X509Certificate2Collection roots, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(copy);
    }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Servers)} = {(Connection is null ? Servers : "(a connection handed in)")}, ");
        text.Append($"{nameof(UseTls)} = {UseTls}, {nameof(Database)} = {Database}, {nameof(KeyPrefix)} = {KeyPrefix}");
        return true;
    }

    // The client's own way of writing options has passwords among the servers; here they would be taken for one, and shown.
    private static string CheckedServers(string value, string name) => NotEmpty(value, name).AsSpan().IndexOfAny("=@/") < 0
        ? value
        : throw new ArgumentException(
            $"{name} takes host:port, several separated by commas, and nothing else: passwords and other options have their own place.",
            name);

    private static string NotEmpty(string value, string name) =>
        string.IsNullOrWhiteSpace(value) ? throw new ArgumentException($"{name} must not be empty.", name) : value;

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than zero and at most an hour.");
}
