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
internal sealed class MutualTls(IOptions<MutualTlsOptions> options, ServiceEnvironment environment, ILoggerFactory loggers)
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly Lock _gate = new();
    private readonly MutualTlsOptions _options = options.Value;
    private readonly ILogger _log = loggers.CreateLogger(HostingLog.SecurityCategory);
    private volatile CertificateSet? _current;
    private long _lookedAt;

    /// <summary>What the files hold, as of <see cref="MutualTlsOptions.ReloadInterval"/> ago at most.</summary>
    internal CertificateSet Current
    {
        get
        {
            lock (_gate)
            {
                var now = environment.Time.GetTimestamp();
                if (_current is { } known && environment.Time.GetElapsedTime(_lookedAt, now) < _options.ReloadInterval) return known;
                _lookedAt = now;
                // The first time there is nothing to fall back on; the start has checked the files.
                return _current = _current is null ? CertificateSet.Load(_options) : Again(_current);
            }
        }
    }

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
            _log.WrongPeer(service, names.Count == 0 ? "nobody" : string.Join(", ", names));
            return false;
        }

        return IsTrusted(own, sent, ServerPurpose, service);
    }

    private bool IsCaller(X509Certificate2 certificate, X509Chain? sent)
    {
        var names = NamesOf(certificate);
        var shown = names.Count == 0 ? "nobody" : string.Join(", ", names);
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
        policy.VerificationTime = environment.Time.GetUtcNow().UtcDateTime;
        policy.VerificationTimeIgnored = false;
        var isTrusted = chain.Build(certificate);
        if (!isTrusted) _log.NotTrusted(shown, string.Join(", ", chain.ChainStatus.Select(static s => s.Status)));
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        return isTrusted;
    }

    // A former set is not disposed: handshakes under way use it, and its handles end with it.
    private CertificateSet Again(CertificateSet known)
    {
        try
        {
            if (CertificateSet.DigestOf(_options).AsSpan().SequenceEqual(known.Digest)) return known;
            var next = CertificateSet.Load(_options);
            _log.CertificatesReloaded(next.Own.TargetCertificate.NotAfter.ToUniversalTime());
            return next;
        }
        catch (Exception e) when (CertificateSet.IsOfFiles(e))
        {
            _log.CertificatesNotReloaded(Settings.SettingText.Shown(e.Message, 256));
            return known;
        }
    }
}
