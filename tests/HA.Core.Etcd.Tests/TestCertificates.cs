using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HA.Core.Etcd.Tests;

/// <summary>A root of trust made for one test, and what it signs, as files for a server.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ha-etcd-tls-");
    private readonly X509Certificate2 _root;

    internal TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        RootFile = WritePem("root.pem", _root.ExportCertificatePem());
        (CertificateFile, KeyFile) = Issue("server");
        var (certificate, clientKey) = Issue("client");
        Client = X509Certificate2.CreateFromPemFile(certificate, clientKey);
    }

    internal string RootFile { get; }

    internal string CertificateFile { get; }

    internal string KeyFile { get; }

    internal X509Certificate2 Client { get; }

    internal X509Certificate2Collection Roots => [_root];

    public void Dispose()
    {
        _root.Dispose();
        Client.Dispose();
        _folder.Delete(recursive: true);
    }

    private (string Certificate, string Key) Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        // etcd uses its own certificate as a client too, of itself.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var certificate = request.Create(
            _root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return (WritePem($"{name}.pem", certificate.ExportCertificatePem()), WritePem($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }

    private string WritePem(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
