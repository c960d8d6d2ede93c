namespace HA.Core.Hosting;

/// <summary>
/// How this program proves by tokens who it is, and whose tokens it believes. A new instance holds the recommended values.
/// </summary>
/// <remarks>
/// Every service has a key of its own, so that none can speak for another. Files are PEM, and looked at again while the program
/// runs: to renew a key, first add its public half to the service's file in the others' <see cref="TrustFolder"/>, then write it to
/// <see cref="SigningKeyFile"/>, and take the former public half out once its last token has ended.
/// </remarks>
public sealed class ServiceTokenOptions
{
    /// <summary>Name of the header that carries the token.</summary>
    /// <remarks>One of its own, since <c>Authorization</c> may carry what a user has sent.</remarks>
    public const string Header = "HA-Service-Token";

    /// <summary>Name of this program's service; null for that of <c>HA:Registration</c>. It signs under it and answers to it.</summary>
    public string? Service { get; set; }

    /// <summary>A name for all who trust each other's keys, the same for all of them: tokens of another one are refused.</summary>
    /// <value>The default is <c>ha</c>.</value>
    public string Issuer { get; set; } = "ha";

    /// <summary>File with this service's private key, on the curve P-256. Null for a program that calls nobody.</summary>
    public string? SigningKeyFile { get; set; }

    /// <summary>
    /// Folder with a file of public keys for each service that may call: <c>buyer.pem</c> for <c>buyer</c>. Null for a program that
    /// nobody calls.
    /// </summary>
    public string? TrustFolder { get; set; }

    /// <summary>How long a token is good; another is made after four fifths of that.</summary>
    /// <value>The default is 5 min. At most an hour, and a longer one is refused.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far the clocks of two machines may be apart.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long files that were written anew may stay unnoticed.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a token may go over a connection without TLS to another machine, where whoever listens can use it.</summary>
    /// <value>The default is false: such an attempt is not made.</value>
    public bool AllowPlainText { get; set; }

    internal static TimeSpan MaxLifetime { get; } = TimeSpan.FromHours(1);

    internal IEnumerable<string> Problems(string section)
    {
        if (SigningKeyFile is null && TrustFolder is null)
        {
            yield return
                $"{section} has neither SigningKeyFile (to call) nor TrustFolder (to be called). For example: /run/secrets/buyer.key.";
        }

        if (Lifetime < TimeSpan.FromSeconds(1) || Lifetime > MaxLifetime)
            yield return $"{section}:Lifetime must be a second to an hour. For example: 00:05:00.";
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(5))
            yield return $"{section}:ClockSkew must be zero to five minutes. For example: 00:00:30.";
        if (ReloadInterval < TimeSpan.Zero || ReloadInterval > TimeSpan.FromHours(1))
            yield return $"{section}:ReloadInterval must be zero to an hour. For example: 00:00:10.";
        if (string.IsNullOrEmpty(Issuer)) yield return $"{section}:Issuer must not be empty. For example: shop.";
        if (FileContent.ProblemOf(() => _ = TokenKeys.Load(this)) is { } reason) yield return $"{section}: {reason}";
    }
}
