using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>How an agent is reached, and what is said when it may not be used.</summary>
public sealed class ConsulConnectionTests
{
    private const string Root = "root-of-the-test";
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    private static readonly Dictionary<string, object> AccessRules = new()
    {
        ["acl"] = new { enabled = true, default_policy = "deny", tokens = new { master = Root, agent = Root } },
    };

    [Fact]
    public async Task AccessRules_AreKept_AndWhatTheyHideIsSaid()
    {
        await using var server = await ConsulServer.StartAsync(settings: AccessRules, token: Root);
        await using var root = Open(server, Root);
        await root.RegisterAsync(Instance, Terms, default);

        // Consul answers these with 200 and an empty list.
        var blind = await RefusalAsync(server, null);
        Assert.Contains("service:read", blind.Message, StringComparison.Ordinal);
        var nodeless = await RefusalAsync(server, await TokenAsync(server, "service_prefix \"\" { policy = \"read\" }"));
        Assert.Contains("node:read", nodeless.Message, StringComparison.Ordinal);
        Assert.Contains("ACL not found", (await RefusalAsync(server, "no-such-token")).Message, StringComparison.Ordinal);

        // One that may read, but not the keys that remember departures.
        const string Reading = "service_prefix \"\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" } ";
        var reader = await TokenAsync(server, Reading + "key_prefix \"ha/\" { policy = \"read\" }");
        await using var reading = Open(server, reader);
        Assert.Single((await reading.DiscoverAsync("orders", default)).Instances);
        Assert.Empty((await reading.DiscoverAsync("nobody", default)).Instances);
        var refused = await Assert.ThrowsAsync<ConsulAccessException>(async () => await reading.RegisterAsync(Instance, Terms with { Owner = "x" }, default));
        Assert.DoesNotContain(reader, $"{refused}", StringComparison.Ordinal);

        // The least that a writer needs.
        await using var writing = Open(server, await TokenAsync(
            server, Reading + "service \"orders\" { policy = \"write\" } key_prefix \"ha/\" { policy = \"write\" } session_prefix \"\" { policy = \"write\" }"));
        var held = await writing.RegisterAsync(Instance, Terms with { Owner = "y" }, default);
        Assert.Equal(RenewalResult.Renewed, await writing.RenewAsync(held, default));
        await writing.DeregisterAsync(held, default);
        Assert.Equal("a", Assert.Single((await root.DiscoverAsync("orders", default)).Departed));

        // And without the keys, when told to do without.
        await using var plain = new ConsulRegistry(new ConsulRegistryOptions
        {
            Address = server.Address,
            RememberDepartures = false,
            Token = await TokenAsync(server, Reading + "service \"orders\" { policy = \"write\" }"),
        });
        var mine = await plain.RegisterAsync(Instance, Terms with { Owner = "z" }, default);
        await plain.DeregisterAsync(mine, default);
    }

    [Fact]
    public async Task Tls_WithClientCertificates_Works()
    {
        var folder = Directory.CreateTempSubdirectory("ha-consul-tls-").FullName;
        try
        {
            using var authority = Certificate("CN=Test CA", null, isAuthority: true);
            using var serverKey = Certificate("CN=server.dc1.consul", authority);
            using var clientKey = Certificate("CN=client", authority);
            var settings = new Dictionary<string, object>
            {
                ["ca_file"] = Save(folder, "ca.pem", authority.ExportCertificatePem()),
                ["cert_file"] = Save(folder, "server.pem", serverKey.ExportCertificatePem()),
                ["key_file"] = Save(folder, "server.key", serverKey.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                ["verify_incoming_https"] = true,
            };
            await using var server = await ConsulServer.StartAsync(settings: settings);
            var right = new ConsulRegistryOptions
            {
                Address = server.TlsAddress,
                CertificateAuthorities = [authority],
                ClientCertificate = clientKey,
                TlsHost = "server.dc1.consul",
            };
            await using (var registry = new ConsulRegistry(right))
                Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);

            ConsulRegistryOptions[] wrong =
            [
                right with { CertificateAuthorities = null }, right with { TlsHost = "another.dc1.consul" }, right with { ClientCertificate = null },
            ];
            foreach (var options in wrong)
            {
                await using var registry = new ConsulRegistry(options);
                await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Agent_ThatIsNotThere_IsARegistryException_AndIsFoundLater()
    {
        await using var server = await ConsulServer.StartAsync();
        await server.Process.KillAsync();
        await using var registry = Open(server, null);
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        await server.Process.RestartAsync(keepsData: false);
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Address = new Uri("ftp://host") });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Address = new Uri("/path", UriKind.Relative) });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Address = new Uri("http://host?a=b") });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Token = "a\nb" });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Token = "" });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { Datacenter = "a&b" });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { KeyPrefix = "/ha" });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { KeyPrefix = "ha//x" });
        Assert.Throws<ArgumentException>(static () => new ConsulRegistryOptions { KeyPrefix = "../ha" });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ConsulRegistryOptions { RequestTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ConsulRegistryOptions { WaitTime = TimeSpan.FromMinutes(11) });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ConsulRegistryOptions { MaxOpenQueries = 0 });
    }

    [Fact]
    public void Options_AsText_HideTheToken() =>
        Assert.DoesNotContain(Root, new ConsulRegistryOptions { Token = Root }.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Use_AfterDisposing_IsRefused()
    {
        await using var server = await ConsulServer.StartAsync();
        var registry = Open(server, null);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var pending = watch.MoveNextAsync().AsTask();
        await registry.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pending);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await registry.DiscoverAsync("orders", default));
    }

    private static ServiceInstance Instance => new("orders", "a", "10.0.0.5", 80);

    private static ConsulRegistry Open(ConsulServer server, string? token) => new(new ConsulRegistryOptions { Address = server.Address, Token = token });

    private static async Task<ConsulAccessException> RefusalAsync(ConsulServer server, string? token)
    {
        await using var registry = Open(server, token);
        return await Assert.ThrowsAsync<ConsulAccessException>(async () => await registry.DiscoverAsync("orders", default));
    }

    private static async Task<string> TokenAsync(ConsulServer server, string rules)
    {
        var name = $"p{ServiceEnvironment.System.NewId()}";
        await server.SendAsync(HttpMethod.Put, "acl/policy", new { Name = name, Rules = rules });
        using var told = JsonDocument.Parse(await server.SendAsync(HttpMethod.Put, "acl/token", new { Policies = new[] { new { Name = name } } }));
        return told.RootElement.GetProperty("SecretID").GetString()!;
    }

    private static X509Certificate2 Certificate(string name, X509Certificate2? authority, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name["CN=".Length..].Replace(' ', '-'));
        names.AddIpAddress(IPAddress.Parse("127.0.0.2"));
        if (!isAuthority) request.CertificateExtensions.Add(names.Build());
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (authority is null) return request.CreateSelfSigned(from, until);
        using var issued = request.Create(
            authority, new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static string Save(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
