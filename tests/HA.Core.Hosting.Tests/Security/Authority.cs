using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HA.Core.Hosting.Tests.Security;

/// <summary>Somebody who makes out certificates.</summary>
internal sealed class Authority : IDisposable
{
    private static readonly DateTimeOffset Long = DateTimeOffset.UtcNow.AddYears(1);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    internal Authority(string name = "test authority")
    {
        var request = new CertificateRequest($"CN={name} {Guid.NewGuid():N}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), Long);
    }

    internal string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>A certificate and its key.</summary>
    /// <param name="names">DNS names, or URIs where there is a <c>://</c>.</param>
    internal (string Certificate, string Key) Issue(IEnumerable<string> names, DateTimeOffset? until = null, string commonName = "x")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (name.Contains("://", StringComparison.Ordinal)) alternatives.AddUri(new Uri(name));
            else alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(-1), until ?? Long.AddDays(-1), Guid.NewGuid().ToByteArray());
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }
}

/// <summary>The files of one program.</summary>
internal sealed class CertificateFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("ha-tls-").FullName;

    internal CertificateFolder(Authority authority, params string[] names) => Write(authority.Issue(names), authority.Pem);

    internal void Write((string Certificate, string Key) own, string trust)
    {
        File.WriteAllText(PathOf("own.pem"), own.Certificate);
        File.WriteAllText(PathOf("own.key"), own.Key);
        Trust(trust);
    }

    internal void Trust(string trust) => File.WriteAllText(PathOf("roots.pem"), trust);

    internal void Use(MutualTlsOptions options)
    {
        (options.CertificateFile, options.KeyFile, options.TrustFile) = (PathOf("own.pem"), PathOf("own.key"), PathOf("roots.pem"));
        options.ReloadInterval = TimeSpan.Zero;
    }

    internal string PathOf(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
