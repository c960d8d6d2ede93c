using System.Text;
using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>Where Redis is and how to use it. A new instance holds the recommended values.</summary>
public sealed record RedisRegistryOptions
{
    /// <summary>Servers as <c>host:port</c>, separated by commas: one, or the nodes of one cluster.</summary>
    /// <value>The default is <c>localhost:6379</c>.</value>
    public string Servers { get; init => field = NotEmpty(value, nameof(Servers)); } = "localhost:6379";

    /// <summary>Password of the default user, or null. Never part of an exception or of <see cref="ToString"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Whether to speak TLS.</summary>
    public bool UseTls { get; init; }

    /// <summary>The name in the server's certificate, if it is not the host's.</summary>
    public string? TlsHost { get; init; }

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

    internal ConfigurationOptions ToClientOptions()
    {
        var options = new ConfigurationOptions
        {
            // The first connection fails loudly; the core tries again.
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = (int)RequestTimeout.TotalMilliseconds,
            SyncTimeout = (int)RequestTimeout.TotalMilliseconds,
            KeepAlive = 5,
            ClientName = "ha-core",
            Password = Password,
            Ssl = UseTls,
            SslHost = TlsHost,
            // Neither is needed, and a restricted user may not touch these keys.
            TieBreaker = "",
            ConfigurationChannel = "",
        };
        foreach (var server in Servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            options.EndPoints.Add(server);
        Configure?.Invoke(options);
        return options;
    }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Servers)} = {(Connection is null ? Servers : "(a connection handed in)")}, ");
        text.Append($"{nameof(UseTls)} = {UseTls}, {nameof(Database)} = {Database}, {nameof(KeyPrefix)} = {KeyPrefix}");
        return true;
    }

    private static string NotEmpty(string value, string name) =>
        string.IsNullOrWhiteSpace(value) ? throw new ArgumentException($"{name} must not be empty.", name) : value;

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be longer than zero and at most an hour.");
}
