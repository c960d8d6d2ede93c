using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>TLS to a real server, whose certificate comes from a root of our own.</summary>
public sealed class RedisTlsTests : IAsyncLifetime
{
    private const string Name = "redis.test";

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-tls-").FullName;
    private readonly X509Certificate2Collection _roots = [];
    private RedisServer _server = null!;
    private int _port;

    public async Task InitializeAsync()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root of the test", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        _roots.Add(X509CertificateLoader.LoadCertificate(root.RawData));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        await File.WriteAllTextAsync(Path.Combine(_folder, "cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        _port = LoopbackPort.Free();
        _server = await RedisServer.StartAsync(
            null, "--tls-port", $"{_port}", "--tls-auth-clients", "no", "--tls-cert-file", Path.Combine(_folder, "cert.pem"),
            "--tls-key-file", Path.Combine(_folder, "key.pem"), "--tls-ca-cert-file", Path.Combine(_folder, "cert.pem"));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Root_ThatIsOurs_IsTrusted()
    {
        await using var registry = new RedisRegistry(Options with { TrustedRoots = _roots });
        await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), new RegistrationTerms("o", TimeSpan.FromMinutes(1), true), default);
        Assert.Single((await registry.DiscoverAsync("orders", default)).Instances);
        Assert.Contains("$1\r\na\r\n", await _server.SendAsync("HKEYS", "ha:{orders}:entries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_ThatNobodyNamed_IsNotTrusted() => await RefusesAsync(Options);

    [Fact]
    public async Task Root_OfAnother_IsNotTrusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=another root", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await RefusesAsync(Options with { TrustedRoots = [other] });
    }

    [Fact]
    public async Task Name_ThatIsNotInTheCertificate_IsRefused() => await RefusesAsync(Options with { TrustedRoots = _roots, TlsHost = "another.test" });

    private RedisRegistryOptions Options => new() { Servers = $"127.0.0.1:{_port}", UseTls = true, TlsHost = Name };

    private static async Task RefusesAsync(RedisRegistryOptions options)
    {
        await using var registry = new RedisRegistry(options);
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
    }
}
