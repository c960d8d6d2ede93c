using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace HA.Core.Hosting.Tests.Security;

public sealed class ServiceTokensTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly KeyFolder _keys = new("buyer", "orders");

    public static TheoryData<string> Forgeries =>
    [
        "expired", "not yet", "too long-lived", "no expiry", "other audience", "other issuer", "other type", "unknown key", "unknown kid", "no kid",
        "key of another service", "alg none", "alg none, unsigned", "HS256 with the public key", "ES384", "tampered", "signature cut", "not a token", "empty",
        "too long",
    ];

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Call_WithAToken_TellsTheCallersName()
    {
        await using var server = await StartAsync();
        await using var provider = Buyer(server);
        Assert.Equal("buyer", await provider.GetRequiredService<CatalogClient>().ItemAsync(1));
    }

    [Fact]
    public async Task Call_WithoutAToken_IsUnauthorized()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"{AddressOf(server)}/items/1"));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task Token_Forged_IsRefused(string forgery)
    {
        var log = new Lines();
        await using var server = await StartAsync(log);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, Token()));
        var token = Forged(forgery);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, token));
        if (token.Length > 0) Assert.DoesNotContain(log.All, l => l.Contains(token, StringComparison.Ordinal));
        if (forgery != "empty") Assert.Contains(log.All, static l => l.StartsWith("Warning 1950", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_TwoOfThem_AreRefused()
    {
        await using var server = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, Token(), Token()));
    }

    [Fact]
    public async Task Tokens_OfOneAudience_AreMadeOnceUntilShortlyBeforeTheyEnd()
    {
        var time = new SetTime(Now);
        await using var provider = Tokens("buyer", time, o => o.SigningKeyFile = _keys.PrivateOf("buyer"));
        var tokens = provider.GetRequiredService<ServiceTokens>();
        var first = tokens.For("catalog");
        Assert.Same(first, tokens.For("catalog"));
        Assert.NotEqual(first, tokens.For("orders"));
        time.Now += TimeSpan.FromMinutes(3.9);
        Assert.Same(first, tokens.For("catalog"));
        time.Now += TimeSpan.FromMinutes(0.2);
        Assert.NotEqual(first, tokens.For("catalog"));
    }

    [Fact]
    public async Task Token_AtTheEdgeOfItsTime_IsGoodForTheSkewAndNoLonger()
    {
        var time = new SetTime(Now);
        await using var buyer = Tokens("buyer", new SetTime(Now), o => o.SigningKeyFile = _keys.PrivateOf("buyer"));
        await using var catalog = Tokens("catalog", time, o => o.TrustFolder = _keys.Trusted);
        var token = buyer.GetRequiredService<ServiceTokens>().For("catalog");
        foreach (var (seconds, isGood) in ((int, bool)[])[(-32, false), (-28, true), (0, true), (300, true), (328, true), (331, false)])
        {
            time.Now = Now.AddSeconds(seconds);
            Assert.Equal((seconds, isGood ? "buyer" : null), (seconds, (await catalog.GetRequiredService<ServiceTokens>().ReadAsync(token)).Service));
        }
    }

    // As one would do it: the new public half first, then the key itself, then the former public half goes.
    [Fact]
    public async Task Keys_WrittenAnew_AreUsedWithoutAFailedCall()
    {
        var log = new Lines();
        await using var server = await StartAsync(log);
        await using var provider = Buyer(server);
        var client = provider.GetRequiredService<CatalogClient>();
        await client.ItemAsync(1);
        var before = provider.GetRequiredService<ServiceTokens>().For("catalog");
        var former = File.ReadAllText(_keys.PublicOf("buyer"));
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_keys.PublicOf("buyer"), former + next.ExportSubjectPublicKeyInfoPem() + "\n");
        await client.ItemAsync(2);
        File.WriteAllText(_keys.PrivateOf("buyer"), next.ExportPkcs8PrivateKeyPem());
        await client.ItemAsync(3);
        Assert.NotEqual(before, provider.GetRequiredService<ServiceTokens>().For("catalog"));
        File.WriteAllText(_keys.PublicOf("buyer"), next.ExportSubjectPublicKeyInfoPem());
        await client.ItemAsync(4);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, before));

        // Rubbish changes nothing but a line of the log.
        File.WriteAllText(_keys.PublicOf("buyer"), "rubbish");
        await client.ItemAsync(5);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1952", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_InstanceWithoutTlsOnAnotherMachine_GetsNoToken()
    {
        var (services, _, servers) = Shop.WithClient();
        services.AddHighAvailability().AddServiceTokens(o => (o.Service, o.SigningKeyFile) = ("buyer", _keys.PrivateOf("buyer")));
        services.AddHttpClient<CatalogClient>().AddServiceTokens();
        await using var provider = services.BuildServiceProvider();
        var error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Contains("AllowPlainText", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, servers.CallsTo(81) + servers.CallsTo(82));
    }

    // What the caller's own request bears of this kind was meant for the caller.
    [Fact]
    public async Task Handler_RequestThatBearsAToken_SendsItsOwnOnly()
    {
        await using var server = await StartAsync();
        await using var provider = Buyer(server);
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(CatalogClient));
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://catalog/items/1");
        request.Headers.Add(ServiceTokenOptions.Header, "somebody's");
        using var response = await client.SendAsync(request);
        Assert.Equal("buyer", await response.Content.ReadAsStringAsync());
    }

    // An instance must not send a caller, and what it bears, to whomever it likes.
    [Fact]
    public async Task Call_ThatIsRedirected_GoesNoFurther()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.MapGet("/items/{number:int}", (int number) => Results.Redirect($"http://{elsewhere.LocalEndpoint}/items/{number}"));
        await server.StartAsync();
        await using var provider = Buyer(server);
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(1));
        Assert.Equal(HttpStatusCode.Redirect, error.StatusCode);
        Assert.False(elsewhere.Pending());
    }

    // The factory writes headers to the log at this level.
    [Fact]
    public async Task Log_OfEverything_HoldsNoTokenAndNoKey()
    {
        var log = new Lines();
        await using var server = await StartAsync(log);
        await using var provider = Buyer(server, log);
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        var token = provider.GetRequiredService<ServiceTokens>().For("catalog");
        var all = string.Join('\n', log.All);
        Assert.Contains(ServiceTokenOptions.Header, all, StringComparison.Ordinal);
        Assert.DoesNotContain(token, all, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[2], all, StringComparison.Ordinal);
        Assert.DoesNotContain(File.ReadAllText(_keys.PrivateOf("buyer")).Split('\n')[1], all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ThatWillNotDo_SayWhatWouldAndShowNoKey()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var pem = large.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(_keys.PrivateOf("buyer"), pem);
        Assert.Contains("expected one on P-256", Refusal(("HA:Tokens:SigningKeyFile", _keys.PrivateOf("buyer"))), StringComparison.Ordinal);
        File.WriteAllText(_keys.PrivateOf("buyer"), pem.Replace("A", "B", StringComparison.Ordinal));
        var refusal = Refusal(("HA:Tokens:SigningKeyFile", _keys.PrivateOf("buyer")));
        Assert.DoesNotContain(pem.Split('\n')[1][..20].Replace("A", "B", StringComparison.Ordinal), refusal, StringComparison.Ordinal);
        Assert.Contains("neither SigningKeyFile", Refusal(), StringComparison.Ordinal);
        Assert.Contains("HA:Tokens:Lifetime", Refusal(("HA:Tokens:Lifetime", "2h")), StringComparison.Ordinal);
        File.Copy(_keys.PublicOf("buyer"), _keys.PublicOf("thief"));
        Assert.Contains("has a key of 'buyer' too", Refusal(("HA:Tokens:TrustFolder", _keys.Trusted)), StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    private static string Refusal(params (string Key, string? Value)[] values)
    {
        var services = Shop.Services(Shop.Configuration([("HA:Tokens:Service", "buyer"), .. values]));
        services.AddHighAvailability().AddStaticRegistry().AddServiceTokens();
        using var provider = services.BuildServiceProvider();
        return Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ServiceTokenOptions>>().Value).Message;
    }

    private async Task<WebApplication> StartAsync(ILoggerProvider? log = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddHighAvailability().AddInMemoryRegistry().AddServiceTokens(
            o => (o.Service, o.TrustFolder, o.ReloadInterval) = ("catalog", _keys.Trusted, TimeSpan.Zero));
        builder.Services.AddAuthentication(ServiceTokenHosting.Scheme).AddHaServiceTokens();
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/items/{number:int}", (HttpContext context, int number) => context.User.Identity!.Name).RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    private ServiceProvider Buyer(WebApplication server, ILoggerProvider? log = null)
    {
        var services = Shop.Services(Shop.Configuration(("Services:catalog:http:0", AddressOf(server))));
        if (log is not null) services.AddLogging(l => l.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        services.AddHighAvailability().AddStaticRegistry().AddServiceTokens(
            o => (o.Service, o.SigningKeyFile, o.ReloadInterval) = ("buyer", _keys.PrivateOf("buyer"), TimeSpan.Zero));
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog")).AddHighAvailability().AddServiceTokens();
        return services.BuildServiceProvider();
    }

    private static ServiceProvider Tokens(string service, TimeProvider time, Action<ServiceTokenOptions> configure)
    {
        var services = Shop.Services(Shop.Configuration());
        services.AddSingleton<ServiceEnvironment>(new TimedEnvironment(time));
        services.AddHighAvailability().AddInMemoryRegistry().AddServiceTokens(o =>
        {
            o.Service = service;
            configure(o);
        });
        return services.BuildServiceProvider();
    }

    private static string AddressOf(WebApplication app) => app.Urls.First();

    private static async Task<HttpStatusCode> AskAsync(WebApplication server, params string[] tokens)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{AddressOf(server)}/items/1");
        foreach (var token in tokens) request.Headers.TryAddWithoutValidation(ServiceTokenOptions.Header, token);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    // One that is good, but for what is asked to be otherwise; made by hand, since no library makes bad ones.
    private string Token(
        string audience = "catalog", string issuer = "ha", string type = "ha-service+jwt", string subject = "buyer", string algorithm = "ES256",
        string? kid = "", int from = -10, int? until = 290, ECDsa? key = null)
    {
        key ??= _keys.KeyOf("buyer");
        var id = kid is "" ? KeyFolder.IdOf(key) : kid;
        var begin = Now.ToUnixTimeSeconds() + from;
        var header = $$"""{"alg":"{{algorithm}}","typ":"{{type}}"{{(id is null ? "" : $",\"kid\":\"{id}\"")}}}""";
        var expiry = until is { } u ? $",\"exp\":{Now.ToUnixTimeSeconds() + u}" : "";
        var payload = $$"""{"iss":"{{issuer}}","aud":"{{audience}}","sub":"{{subject}}","iat":{{begin}},"nbf":{{begin}}{{expiry}}}""";
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var signature = algorithm switch
        {
            "none" => [],
            "HS256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(signed)),
            "ES384" => key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384),
            _ => key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256),
        };
        return $"{signed}.{Base64UrlEncoder.Encode(signature)}";
    }

    private string Forged(string forgery)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = Token();
        return forgery switch
        {
            "expired" => Token(from: -400, until: -100),
            "not yet" => Token(from: 100, until: 400),
            "too long-lived" => Token(until: 7200),
            "no expiry" => Token(until: null),
            "other audience" => Token(audience: "orders"),
            "other issuer" => Token(issuer: "evil"),
            "other type" => Token(type: "JWT"),
            "unknown key" => Token(key: stranger, kid: KeyFolder.IdOf(_keys.KeyOf("buyer"))),
            "unknown kid" => Token(kid: "nobody"),
            "no kid" => Token(kid: null),
            "key of another service" => Token(key: _keys.KeyOf("orders")),
            "alg none" => Token(algorithm: "none"),
            "alg none, unsigned" => Token(algorithm: "none").TrimEnd('.'),
            "HS256 with the public key" => Token(algorithm: "HS256"),
            "ES384" => Token(algorithm: "ES384"),
            "tampered" => $"{good.Split('.')[0]}.{Token(subject: "orders").Split('.')[1]}.{good.Split('.')[2]}",
            "signature cut" => good[..^4],
            "not a token" => "a.b.c",
            "empty" => "",
            _ => Token(subject: new string('b', 4000)),
        };
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);

    /// <summary>Keys of services: private ones, and the folder with the public halves.</summary>
    private sealed class KeyFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("ha-keys-").FullName;
        private readonly Dictionary<string, ECDsa> _keys = new(StringComparer.Ordinal);

        internal KeyFolder(params string[] services)
        {
            Directory.CreateDirectory(Trusted);
            foreach (var service in services)
            {
                var key = _keys[service] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                File.WriteAllText(PrivateOf(service), key.ExportPkcs8PrivateKeyPem());
                File.WriteAllText(PublicOf(service), key.ExportSubjectPublicKeyInfoPem() + "\n");
            }
        }

        internal string Trusted => Path.Combine(_path, "trusted");

        internal ECDsa KeyOf(string service) => _keys[service];

        internal string PrivateOf(string service) => Path.Combine(_path, service + ".key");

        internal string PublicOf(string service) => Path.Combine(Trusted, service + ".pem");

        internal static string IdOf(ECDsa key) => Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());

        public void Dispose()
        {
            foreach (var key in _keys.Values) key.Dispose();
            Directory.Delete(_path, recursive: true);
        }
    }

    private sealed class SetTime(DateTimeOffset now) : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class TimedEnvironment(TimeProvider time) : ServiceEnvironment(new ServiceEventListener())
    {
        public override TimeProvider Time => time;

        public override RandomStream Random(string purpose) => System.Random(purpose);

        public override void Post(Action<object?> callback, object? state) => System.Post(callback, state);
    }
}
