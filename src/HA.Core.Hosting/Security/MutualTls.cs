using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HA.Core.Hosting.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting;

/// <summary>Both sides of TLS between services: who this program is, and whether a peer is who it should be.</summary>
/// <remarks>Files are looked at when connections are made, so nothing runs in between. Safe for concurrent use.</remarks>
internal sealed class MutualTls
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly MutualTlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FollowedFiles<CertificateSet> _files;

    public MutualTls(IOptions<MutualTlsOptions> options, ServiceEnvironment environment, ILoggerFactory loggers)
    {
        var (own, log) = (options.Value, loggers.CreateLogger(HostingLog.SecurityCategory));
        (_options, _time, _log) = (own, environment.Time, log);
        _files = new FollowedFiles<CertificateSet>(
            () => CertificateSet.Load(own), () => CertificateSet.DigestOf(own), own.ReloadInterval, environment.Time,
            next => log.CertificatesReloaded(next.Own.TargetCertificate.NotAfter.ToUniversalTime()),
            reason => log.CertificatesNotReloaded(Settings.SettingText.Shown(reason, 256)));
    }

    private CertificateSet Current => _files.Current;

    /// <summary>Names of the services that a certificate was made out to.</summary>
    internal IReadOnlyList<string> NamesOf(X509Certificate2 certificate) => PeerNames.Of(certificate, _options.TrustDomain);

    /// <summary>For the connections of clients; each goes to the service that its request's <c>Host</c> names.</summary>
    internal SslClientAuthenticationOptions ForClients() => new()
    {
        // Asked for each connection, so that a new certificate needs no new handler.
        LocalCertificateSelectionCallback = (_, _, _, _, _) => Current.Own.TargetCertificate,
        RemoteCertificateValidationCallback = (sender, certificate, chain, _) =>
            IsService(((SslStream)sender).TargetHostName, certificate, chain),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        // A resumed session would go by a certificate that has been replaced.
        AllowTlsResume = false,
    };

    /// <summary>For a server: it shows its certificate, and takes only callers that show one.</summary>
    internal void Configure(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificateSelector = (_, _) => Current.Own.TargetCertificate;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, chain, _) => IsCaller(certificate, chain);
        https.CheckCertificateRevocation = false;
        https.OnAuthenticate = (_, ssl) =>
        {
            // With what stands between it and a root, which a selector cannot give.
            ssl.ServerCertificateSelectionCallback = null;
            ssl.ServerCertificateContext = Current.Own;
            ssl.AllowTlsResume = false;
        };
    }

    /// <summary>Whether a server is the service that was asked for.</summary>
    private bool IsService(string service, X509Certificate? certificate, X509Chain? sent)
    {
        if (certificate is not X509Certificate2 own) return false;
        var names = NamesOf(own);
        if (!names.Contains(service, StringComparer.Ordinal))
        {
            _log.WrongPeer(service, Shown(names));
            return false;
        }

        return IsTrusted(own, sent, ServerPurpose, service);
    }

    private bool IsCaller(X509Certificate2 certificate, X509Chain? sent)
    {
        var names = NamesOf(certificate);
        var shown = Shown(names);
        var isAllowed = names.Count > 0
            && (_options.AllowedCallers.IsEmpty || names.Any(n => _options.AllowedCallers.Contains(n, StringComparer.Ordinal)));
        if (!isAllowed)
        {
            _log.CallerRefused(shown);
            return false;
        }

        return IsTrusted(certificate, sent, ClientPurpose, shown);
    }

    // A chain of our own: the one that comes with the connection goes by the machine's roots.
    private bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, string purpose, string shown)
    {
        var known = Current;
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(known.Roots);
        policy.ExtraStore.AddRange(known.Others);
        if (sent is not null) policy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(purpose));
        policy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        policy.VerificationTimeIgnored = false;
        var isTrusted = chain.Build(certificate);
        if (!isTrusted) _log.NotTrusted(shown, string.Join(", ", chain.ChainStatus.Select(static s => s.Status)));
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return isTrusted;
    }

    private static string Shown(IReadOnlyList<string> names) => names.Count == 0 ? "nobody" : string.Join(", ", names);
}
