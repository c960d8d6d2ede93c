using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests.Security;

public sealed class MutualTlsTests : IDisposable
{
    private readonly Authority _authority = new();
    private readonly CertificateFolder _buyer;

    public MutualTlsTests() => _buyer = new CertificateFolder(_authority, "buyer");

    public void Dispose()
    {
        _buyer.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Call_OfTheServiceItself_IsAnsweredAndTheCallerIsKnown()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        await using var server = await TlsServer.StartAsync(files);
        await using var provider = Buyer(_buyer, server);
        Assert.StartsWith("7 for buyer", await provider.GetRequiredService<CatalogClient>().ItemAsync(7), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfNamesBySpiffe_GoesByTheTrustDomain()
    {
        using var files = new CertificateFolder(_authority, "spiffe://shop.example/catalog");
        using var buyer = new CertificateFolder(_authority, "spiffe://shop.example/buyer");
        using var stranger = new CertificateFolder(_authority, "spiffe://evil.example/buyer");
        await using var server = await TlsServer.StartAsync(files, static o => o.TrustDomain = "shop.example");
        await using var provider = Buyer(buyer, server, static o => o.TrustDomain = "shop.example");
        Assert.StartsWith("7 for buyer", await provider.GetRequiredService<CatalogClient>().ItemAsync(7), StringComparison.Ordinal);
        await using var other = Buyer(stranger, server, static o => o.TrustDomain = "shop.example");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => other.GetRequiredService<CatalogClient>().ItemAsync(7));
    }

    // Whoever registers a process of another service, or of his own, under this name gets no call, though its authority is believed.
    [Theory]
    [InlineData("orders")]
    [InlineData("*")]
    [InlineData("*.catalog")]
    [InlineData("catalog.evil.example")]
    [InlineData("localhost")]
    [InlineData("spiffe://shop.example/catalog")]
    public async Task Call_ServerOfAnotherName_IsRefusedAndGetsNoRequest(string name)
    {
        using var files = new CertificateFolder(_authority, name);
        await using var server = await TlsServer.StartAsync(files);
        var log = new Lines();
        await using var provider = Buyer(_buyer, server, log: log);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Equal(0, server.Calls);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1900", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_NameInTheCommonNameOnly_IsRefused()
    {
        using var files = new CertificateFolder(_authority, "x");
        files.Write(_authority.Issue(["x"], commonName: "catalog"), _authority.Pem);
        await using var server = await TlsServer.StartAsync(files);
        await using var provider = Buyer(_buyer, server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
    }

    [Fact]
    public async Task Call_OneImpostorAmongInstances_FailsOverWithoutAFailedCall()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        using var other = new CertificateFolder(_authority, "orders");
        await using var server = await TlsServer.StartAsync(files);
        await using var impostor = await TlsServer.StartAsync(other);
        await using var provider = Buyer(_buyer, [server, impostor]);
        for (var i = 0; i < 20; i++) await provider.GetRequiredService<CatalogClient>().ItemAsync(i);
        Assert.Equal((20, 0), (server.Calls, impostor.Calls));
    }

    [Fact]
    public async Task Call_ServerOfAnotherAuthority_IsRefused()
    {
        using var foreign = new Authority();
        using var files = new CertificateFolder(_authority, "catalog");
        files.Write(foreign.Issue(["catalog"]), _authority.Pem);
        await using var server = await TlsServer.StartAsync(files);
        await using var provider = Buyer(_buyer, server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Equal(0, server.Calls);
    }

    [Fact]
    public async Task Call_ServerWhoseCertificateHasEnded_IsRefused()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        files.Write(_authority.Issue(["catalog"], DateTimeOffset.UtcNow.AddMinutes(-5)), _authority.Pem);
        await using var server = await TlsServer.StartAsync(files);
        await using var provider = Buyer(_buyer, server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
    }

    [Fact]
    public async Task Call_OfAnInstanceWithoutTls_IsRefusedBeforeItIsSent()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var services = Shop.Services(Shop.Configuration(("Services:catalog:http:0", $"{listener.LocalEndpoint}")));
        services.AddHighAvailability().AddStaticRegistry().AddMutualTls(_buyer.Use);
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog")).AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        var error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Contains("does not speak TLS", error.ToString(), StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Server_CallerWithoutCertificateOrOfNoService_IsRefused()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        await using var server = await TlsServer.StartAsync(files);
        using var nobody = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => nobody.GetAsync(new Uri($"https://127.0.0.1:{server.Port}/items/7")));

        using var foreign = new Authority();
        _buyer.Write(foreign.Issue(["buyer"]), _authority.Pem);
        await using var stranger = Buyer(_buyer, server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stranger.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Equal(0, server.Calls);
    }

    [Fact]
    public async Task Server_AllowedCallersNamed_RefusesOthers()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        using var other = new CertificateFolder(_authority, "stranger");
        var log = new Lines();
        await using var server = await TlsServer.StartAsync(files, static o => o.AllowedCallers = ["buyer"], log);
        await using var provider = Buyer(_buyer, server);
        await provider.GetRequiredService<CatalogClient>().ItemAsync(7);
        await using var stranger = Buyer(other, server);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stranger.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Equal(1, server.Calls);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1901", StringComparison.Ordinal) && l.Contains("stranger", StringComparison.Ordinal));
    }

    // Leaves, then their authority: each step as one would take it, with calls going on all the time.
    [Fact]
    public async Task Certificates_WrittenAnew_AreUsedOnBothSidesWithoutAFailedCall()
    {
        using var next = new Authority("next");
        using var files = new CertificateFolder(_authority, "catalog");
        await using var server = await TlsServer.StartAsync(files);
        var log = new Lines();
        // Connections that hardly live: each is made with what the files hold then.
        await using var provider = Buyer(_buyer, server, log: log, lifetime: TimeSpan.Zero);
        var client = provider.GetRequiredService<CatalogClient>();
        var (callers, servers) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        async Task CallAsync()
        {
            for (var i = 0; i < 3; i++) callers.Add((await client.ItemAsync(i)).Split(' ')[^1]);
            servers.Add(await CertificateOfAsync(server.Port));
        }

        await CallAsync();
        files.Write(_authority.Issue(["catalog"]), _authority.Pem);
        await CallAsync();
        _buyer.Write(_authority.Issue(["buyer"]), _authority.Pem);
        await CallAsync();
        Assert.Equal((2, 2), (callers.Count, servers.Count));

        foreach (var both in (CertificateFolder[])[files, _buyer]) both.Trust(_authority.Pem + next.Pem);
        await CallAsync();
        files.Write(next.Issue(["catalog"]), _authority.Pem + next.Pem);
        await CallAsync();
        _buyer.Write(next.Issue(["buyer"]), _authority.Pem + next.Pem);
        await CallAsync();
        foreach (var both in (CertificateFolder[])[files, _buyer]) both.Trust(next.Pem);
        await CallAsync();
        Assert.Equal((3, 3), (callers.Count, servers.Count));
        Assert.Equal(21, server.Calls);

        // What was believed before is not any more.
        files.Write(_authority.Issue(["catalog"]), next.Pem);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.ItemAsync(7));
    }

    [Fact]
    public async Task Certificates_HalfWritten_LeaveTheFormerOnes()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        await using var server = await TlsServer.StartAsync(files);
        var log = new Lines();
        await using var provider = Buyer(_buyer, server, log: log, lifetime: TimeSpan.Zero);
        var client = provider.GetRequiredService<CatalogClient>();
        await client.ItemAsync(1);
        // The certificate of another key, as between two writes; then no file at all.
        File.WriteAllText(_buyer.PathOf("own.pem"), _authority.Issue(["buyer"]).Certificate);
        await client.ItemAsync(2);
        File.Delete(_buyer.PathOf("own.key"));
        await client.ItemAsync(3);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1904", StringComparison.Ordinal));
    }

    [Fact]
    public async Task HealthCheck_OverHttp_GoesByTheSameCertificates()
    {
        using var files = new CertificateFolder(_authority, "catalog");
        using var other = new CertificateFolder(_authority, "orders");
        await using var server = await TlsServer.StartAsync(files);
        await using var impostor = await TlsServer.StartAsync(other);
        await using var provider = Buyer(_buyer, [server, impostor], values: [("HA:Defaults:Checker", "http"), ("HA:Defaults:Health:CheckInterval", "50ms"),
            ("HA:Defaults:Health:RecheckInterval", "50ms")]);
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        await Servers.Wait.UntilAsync("verdicts", () => pool.Snapshot.All is [var a, var b]
            && (a.Health, b.Health) is (EndpointHealth.Healthy, EndpointHealth.Unhealthy) or (EndpointHealth.Unhealthy, EndpointHealth.Healthy));
        Assert.Equal(server.Port, pool.Snapshot.All.Single(static e => e.Health == EndpointHealth.Healthy).Instance.Port);
    }

    [Fact]
    public async Task Options_ThatWillNotDo_SayWhatWould()
    {
        var services = Shop.Services(Shop.Configuration(("HA:MutualTls:CertificateFil", "x"), ("HA:MutualTls:TrustDomain", "a b")));
        services.AddHighAvailability().AddStaticRegistry().AddMutualTls();
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<MutualTlsOptions>>().Value);
        Assert.Contains("Did you mean 'CertificateFile'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("HA:MutualTls:TrustFile is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("shop.example", error.Message, StringComparison.Ordinal);

        File.WriteAllText(_buyer.PathOf("roots.pem"), "nothing");
        var broken = Shop.Services(Shop.Configuration());
        broken.AddHighAvailability().AddStaticRegistry().AddMutualTls(_buyer.Use);
        await using var second = broken.BuildServiceProvider();
        error = Assert.Throws<OptionsValidationException>(() => second.GetRequiredService<IOptions<MutualTlsOptions>>().Value);
        Assert.Contains("holds no root certificate", error.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Buyer(CertificateFolder files, TlsServer server, Action<MutualTlsOptions>? configure = null, Lines? log = null,
        TimeSpan? lifetime = null) => Buyer(files, [server], configure, log, lifetime);

    private static ServiceProvider Buyer(
        CertificateFolder files, TlsServer[] servers, Action<MutualTlsOptions>? configure = null, Lines? log = null, TimeSpan? lifetime = null,
        params (string Key, string? Value)[] values)
    {
        var instances = servers.Select(static (s, i) => ($"Services:catalog:https:{i}", (string?)$"127.0.0.1:{s.Port}"));
        var services = Shop.Services(Shop.Configuration([.. instances, .. values]));
        if (log is not null) services.AddLogging(l => l.AddProvider(log));
        services.AddHighAvailability().AddStaticRegistry().AddMutualTls(o =>
        {
            files.Use(o);
            configure?.Invoke(o);
        });
        var client = services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog")).AddHighAvailability();
        if (lifetime is { } time) client.ConfigurePrimaryHttpMessageHandler((h, _) => ((SocketsHttpHandler)h).PooledConnectionLifetime = time);
        return services.BuildServiceProvider();
    }

    private async Task<string> CertificateOfAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        string? seen = null;
        await using var ssl = new SslStream(client.GetStream());
        using var own = X509Certificate2.CreateFromPemFile(_buyer.PathOf("own.pem"), _buyer.PathOf("own.key"));
        await ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "catalog",
            ClientCertificates = [own],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                seen = certificate!.GetCertHashString();
                return seen.Length > 0;
            },
        });
        return seen!;
    }
}
