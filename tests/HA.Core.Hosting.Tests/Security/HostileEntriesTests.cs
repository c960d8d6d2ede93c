using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using HA.Core.Hosting.Runtime;
using HA.Core.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests.Security;

/// <summary>What strangers write to a registry, whoever's registry it is.</summary>
public class HostileEntriesTests
{
    private static readonly ServiceInstance[] Hostile =
    [
        new("catalog", "metadata", "169.254.169.254", 80),
        new("catalog", "mapped", "::ffff:169.254.169.254", 80),
        new("catalog", "nowhere", "0.0.0.0", 80),
        new("catalog", "many", "224.0.0.1", 80),
        new("catalog", "checks", "10.0.0.5", 81) { HealthCheckUrl = "http://metadata.google.internal/computeMetadata/v1/" },
        new("catalog", "tags", "10.0.0.5", 81) { Tags = [.. Enumerable.Range(0, 9).Select(static i => $"tag-{i}")] },
        new("orders", "orders-1", "10.0.0.9", 81),
    ];

    [Fact]
    public async Task Entries_Hostile_AreLeftOutCountedAndLoggedOnOneLine()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Registry", "theirs"), ("HA:Defaults:Watch:Limits:MaxTags", "8"));
        var log = new Lines();
        services.AddLogging(l => l.AddProvider(log));
        services.AddHighAvailability().AddRegistry("theirs", static _ => new Theirs(
            new ServiceCatalog("catalog", 1, [new("catalog", "good", "10.0.0.5", 81), .. Hostile]) { Unreadable = 3 }));
        await using var provider = services.BuildServiceProvider();
        using var refused = new Refusals(provider.GetRequiredService<IMeterFactory>());

        for (var i = 0; i < 20; i++) Assert.Equal("81", await provider.GetRequiredService<CatalogClient>().ItemAsync(i));

        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        Assert.Equal("good", Assert.Single(pool.Snapshot.All).Instance.Id);
        Assert.Equal(20, servers.CallsTo(81));
        Assert.Equal(
            ["address 4", "health_check_url 1", "misplaced 1", "too_large 1", "unreadable 3"], refused.All.Order(StringComparer.Ordinal));
        string[] lines = [.. log.All.Where(static l => l.StartsWith("Warning 1010", StringComparison.Ordinal))];
        Assert.Equal(5, lines.Length);
        Assert.Contains(lines, static l => l.Contains("catalog/metadata (http://169.254.169.254)", StringComparison.Ordinal));
        Assert.All(lines, static l => Assert.DoesNotContain(l, char.IsControl));
    }

    [Theory]
    [InlineData("a\r\nWarning 1: forged")]
    [InlineData("a\u2028forged")]
    [InlineData("a\u001b[2Jforged")]
    [InlineData("a\u202edegrof")]
    public void Log_OfWhatARegistrySays_IsOneLineOfPlainCharacters(string said)
    {
        var log = new Lines();
        using var factory = LoggerFactory.Create(b => b.AddProvider(log));
        var listener = new Telemetry.LoggingListener(factory);
        listener.OnEntriesRefused("catalog", EntryRefusal.Unreadable, 1, said);
        listener.OnRegistryFailed("catalog", new RegistryException(said), TimeSpan.Zero);
        listener.OnHealthChanged(new ServiceInstance("catalog", "c", "10.0.0.5", 81), EndpointHealth.Healthy, EndpointHealth.Unhealthy, said);
        Assert.Equal(3, log.All.Count);
        Assert.All(log.All, static l => Assert.DoesNotContain(l, static c => char.IsControl(c) || c is '\u2028' or '\u202e'));
    }

    [Fact]
    public void Log_OfSomethingLong_IsCut()
    {
        var log = new Lines();
        using var factory = LoggerFactory.Create(b => b.AddProvider(log));
        new Telemetry.LoggingListener(factory).OnEntriesRefused("catalog", EntryRefusal.Unreadable, 1, new string('x', 100_000));
        Assert.InRange(Assert.Single(log.All).Length, 250, 500);
    }

    [Fact]
    public async Task Instances_OfASchemeThatIsNotHttp_FailOverAndNoCallFails()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Registry", "theirs"));
        services.AddHighAvailability().AddRegistry("theirs", static _ => new Theirs(ServiceCatalog.Create("catalog", 1,
        [
            new("catalog", "a", "10.0.0.5", 81), new("catalog", "b", "10.0.0.6", 82) { Scheme = "gopher" },
        ])));
        await using var provider = services.BuildServiceProvider();
        for (var i = 0; i < 20; i++) Assert.Equal("81", await provider.GetRequiredService<CatalogClient>().ItemAsync(i));
        Assert.Equal((20, 0), (servers.CallsTo(81), servers.CallsTo(82)));
    }

    // The name is harmless; what it stands for is found out when a connection is made, and may change from one to the next.
    [Theory]
    [InlineData("169.254.169.254", "a cloud's metadata")]
    [InlineData("127.0.0.1", "this machine itself")]
    [InlineData("10.0.0.5,169.254.1.1", "an address of the local link")]
    public async Task Name_ThatLeadsWhereItMustNot_IsNotConnectedTo(string addresses, string refusal)
    {
        var services = Shop.Services(Shop.Configuration(
            ("Services:catalog:http:0", "catalog.internal:81"), ("HA:Services:catalog:Watch:Addresses:AllowLoopback", "false")));
        services.AddHighAvailability().AddStaticRegistry();
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog")).AddHighAvailability()
            .ConfigurePrimaryHttpMessageHandler((handler, s) => ((SocketsHttpHandler)handler).ConnectCallback = new GuardedConnector(
                s.GetRequiredService<ServiceDirectory>,
                (_, _) => Task.FromResult(addresses.Split(',').Select(IPAddress.Parse).ToArray())).ConnectAsync);
        await using var provider = services.BuildServiceProvider();
        var error = await Assert.ThrowsAnyAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(7));
        Assert.Contains(refusal, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_ThatChanges_TakesEffectWhileTheProgramRuns()
    {
        var (services, configuration, _) = Shop.WithClient();
        await using var provider = services.BuildServiceProvider();
        var directory = provider.GetRequiredService<ServiceDirectory>();
        await directory.PoolOf("catalog").WaitForCatalogAsync(CancellationToken.None);
        Assert.Equal(2, directory.PoolOf("catalog").Snapshot.All.Length);
        configuration["HA:Defaults:Watch:Addresses:Denied"] = "10.0.0.6";
        configuration.Reload();
        await Servers.Wait.UntilAsync("one", () => directory.PoolOf("catalog").Snapshot.All is [var only] && only.Instance.Port == 81);
    }

    // Whoever may write to a registry may often write to the configuration centre beside it.
    [Theory]
    [InlineData("HA:Defaults:Watch:Addresses:AllowLinkLocal")]
    [InlineData("HA:Services:catalog:Watch:Addresses")]
    [InlineData("ha:services:catalog:watch:limits:maxinstances")]
    [InlineData("HA:MutualTls:TrustFile")]
    [InlineData("HA:Tokens:TrustFolder")]
    public void Centre_OfConfiguration_CannotLoosenWhatGuards(string key) =>
        Assert.True(new Centre.DeniedKeys(Centre.ConfigurationCentreOptions.DeniedByDefault).Contains(key));

    [Fact]
    public async Task Policy_ThatIsNone_SaysWhatWouldDo()
    {
        var (services, _, _) = Shop.WithClient(("HA:Defaults:Watch:Addresses:Allowed", "10.0.0.0/33"), ("HA:Defaults:Watch:Limits:MaxInstances", "0"));
        await using var provider = services.BuildServiceProvider();
        var error = Assert.ThrowsAny<Exception>(provider.GetRequiredService<ServiceDirectory>);
        Assert.Contains("'10.0.0.0/33' is no network", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxInstances must be at least 1", error.Message, StringComparison.Ordinal);
    }

    private sealed class Theirs(ServiceCatalog catalog) : IServiceRegistry
    {
        public RegistryCapabilities Capabilities { get; } = new("theirs", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.Zero, SurvivesRestart: true);

        public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) => new(catalog);

        public async IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return catalog;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public ValueTask<ServiceRegistration> RegisterAsync(
            ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    private sealed class Refusals : IDisposable
    {
        private readonly MeterListener _listener = new();

        internal Refusals(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == factory && instrument.Name == "hacore.registry.entry.refusals") listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => All.Enqueue($"{tags[1].Value} {value}"));
            _listener.Start();
        }

        internal ConcurrentQueue<string> All { get; } = new();

        public void Dispose() => _listener.Dispose();
    }
}
