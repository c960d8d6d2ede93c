using System.Collections.Immutable;

namespace HA.Core.Hosting;

/// <summary>How this program proves who it is over TLS, and whom it believes. A new instance holds the recommended values.</summary>
/// <remarks>
/// All files are PEM. They are looked at again while the program runs, so that a certificate is renewed by writing other files in
/// their place; files that will not do are told to the log, and the former ones stay.
/// </remarks>
public sealed class MutualTlsOptions
{
    /// <summary>File with this program's certificate, and those between it and a root if there are any. Needed.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>File with the certificate's private key. Needed, unless it is in <see cref="CertificateFile"/> too.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// File with the roots that are believed, and nobody else's, and any certificates between that others do not send. Needed.
    /// </summary>
    public string TrustFile { get; set; } = "";

    /// <summary>
    /// Trust domain of names by SPIFFE: a certificate belongs to the service <c>catalog</c> if its subject alternative names
    /// have <c>spiffe://&lt;trust domain&gt;/catalog</c>. Null for DNS names: then they have to have <c>catalog</c> itself.
    /// </summary>
    public string? TrustDomain { get; set; }

    /// <summary>Services that may connect to this program. Empty for all whose certificate is believed.</summary>
    public ImmutableArray<string> AllowedCallers { get; set; } = [];

    /// <summary>How long files that were written anew may stay unnoticed.</summary>
    /// <value>The default is 10 s. A connection that stands keeps the certificate it was made with, two minutes at most.</value>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong, with the key that is.</summary>
    internal IEnumerable<string> Problems(string section)
    {
        var named = Named(section).ToArray();
        // The files tell nothing while it is not said which they are.
        if (named.Length > 0) return named;
        return FileContent.ProblemOf(() => CertificateSet.Load(this).Dispose()) is { } reason ? [$"{section}: {reason}"] : [];
    }

    private IEnumerable<string> Named(string section)
    {
        if (CertificateFile.Length == 0) yield return $"{section}:CertificateFile is missing. For example: /run/secrets/catalog.pem.";
        if (TrustFile.Length == 0) yield return $"{section}:TrustFile is missing. For example: /run/secrets/roots.pem.";
        if (TrustDomain is not null && Uri.CheckHostName(TrustDomain) != UriHostNameType.Dns)
            yield return $"{section}:TrustDomain is no trust domain. For example: shop.example.";
        if (ReloadInterval < TimeSpan.Zero || ReloadInterval > TimeSpan.FromHours(1))
            yield return $"{section}:ReloadInterval must be zero to an hour. For example: 00:00:10.";
        foreach (var caller in AllowedCallers)
        {
            if (!PeerNames.IsService(caller))
                yield return $"{section}:AllowedCallers has a text that is no name of a service. For example: buyer.";
        }
    }
}
