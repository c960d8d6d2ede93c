using System.Net;

namespace HA.Core.Hosting;

/// <summary>Where alerts are posted to. A new instance lacks <see cref="Url"/> and <see cref="Secret"/>.</summary>
public sealed record WebhookOptions
{
    private const int LeastSecret = 16;

    /// <summary>
    /// Where to. HTTPS, or HTTP to this machine; nowhere in a private network unless <see cref="AllowPrivateAddresses"/> says so.
    /// </summary>
    public Uri? Url { get; init => field = Checked(value); }

    /// <summary>Signs what is sent, so that the receiver knows who has sent it: 16 characters or more.</summary>
    public string? Secret
    {
        get;
        init => field = value is { Length: >= LeastSecret }
            ? value
            : throw new ArgumentException($"Secret must have {LeastSecret} characters or more, drawn at random.", nameof(Secret));
    }

    /// <summary>
    /// Whether the receiver may be in a private network. Else no connection is made to an address that is private, link-local (where
    /// clouds answer with credentials) or otherwise not public, whatever the name resolves to.
    /// </summary>
    /// <value>The default is false.</value>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Messages that wait for a receiver that is down; if there are more, the oldest are dropped, and that is counted.</summary>
    /// <value>The default is 1000.</value>
    public int QueueLimit
    {
        get;
        init => field = value is >= 1 and <= 100_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(QueueLimit), value, "QueueLimit must be 1 to 100000.");
    } = 1000;

    /// <summary>How long one message is sent again before it is given up.</summary>
    /// <value>The default is 1 hour.</value>
    public TimeSpan GiveUpAfter
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(7)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(GiveUpAfter), value, "GiveUpAfter must be above zero and at most 7 days.");
    } = TimeSpan.FromHours(1);

    /// <summary>Scheme and host: without the secret, and without the path, which with many receivers is one.</summary>
    public override string ToString() => Url is null ? "" : Url.GetLeftPart(UriPartial.Authority);

    internal static bool IsThisMachine(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));

    private static Uri? Checked(Uri? url)
    {
        if (url is null) return null;
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && IsThisMachine(url))))
            throw new ArgumentException("Url must be an absolute address with https, or with http to this machine.", nameof(url));
        if (url.UserInfo.Length > 0)
            throw new ArgumentException("Url must not hold a name or a password: Secret is for that.", nameof(url));
        return url;
    }
}
