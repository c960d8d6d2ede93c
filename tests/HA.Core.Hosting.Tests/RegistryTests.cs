using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

public class RegistryTests
{
    [Fact]
    public async Task Registries_ByName_AreKeyedAndTheFirstIsTheDefault()
    {
        var services = Shop.Services(Shop.Configuration());
        services.AddHighAvailability().AddInMemoryRegistry("eu").AddInMemoryRegistry("us").AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry();
        await using var provider = services.BuildServiceProvider();
        var eu = provider.GetRequiredKeyedService<IServiceRegistry>("eu");
        Assert.Same(eu, provider.GetRequiredService<IServiceRegistry>());
        Assert.NotSame(eu, provider.GetRequiredKeyedService<IServiceRegistry>("us"));
        string[] names = ["etcd", "consul", "redis"];
        Assert.All(names, n => Assert.Contains(n, provider.GetRequiredKeyedService<IServiceRegistry>(n).Capabilities.Name, StringComparison.OrdinalIgnoreCase));
        Assert.Throws<ArgumentException>(() => services.AddHighAvailability().AddInMemoryRegistry("eu"));
    }

    [Fact]
    public async Task Registry_NamedForAService_IsAskedForIt()
    {
        var services = Shop.Services(Shop.Configuration(("HA:Registry", "eu"), ("HA:Services:catalog:Registry", "us")));
        services.AddHighAvailability().AddInMemoryRegistry("us").AddInMemoryRegistry("eu");
        await using var provider = services.BuildServiceProvider();
        await using var keeper = new RegistrationKeeper(
            provider.GetRequiredKeyedService<IServiceRegistry>("us"), new ServiceInstance("catalog", "catalog-1", "10.0.0.5", 81));
        await keeper.WaitUntilRegisteredAsync();
        var directory = provider.GetRequiredService<ServiceDirectory>();
        await directory.PoolOf("catalog").WaitForCatalogAsync(CancellationToken.None);
        Assert.Single(directory.PoolOf("catalog").Snapshot.All);
        Assert.Same(provider.GetRequiredKeyedService<IServiceRegistry>("eu"), provider.GetRequiredService<IServiceRegistry>());
    }

    // A container ends what it made last first, and a registry is made after whoever watches it.
    [Fact]
    public async Task Provider_Disposed_EndsWatchesBeforeTheRegistryAndComplainsOfNothing()
    {
        var services = Shop.Services(Shop.Configuration(("HA:Services:orders:Registry", "us")));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        services.AddHighAvailability().AddInMemoryRegistry("eu").AddInMemoryRegistry("us");
        await using (var provider = services.BuildServiceProvider())
        {
            var directory = provider.GetRequiredService<ServiceDirectory>();
            foreach (var service in (string[])["catalog", "orders"]) await directory.PoolOf(service).WaitForCatalogAsync(CancellationToken.None);
            // Asked for again by somebody else, so that the container knows it twice.
            _ = provider.GetRequiredService<IServiceRegistry>();
        }

        Assert.DoesNotContain(log.All, static l => l.StartsWith("Warning", StringComparison.Ordinal) || l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registry_None_IsAnErrorThatSaysWhatToAdd()
    {
        var services = Shop.Services(Shop.Configuration());
        services.AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog"));
        Assert.Contains("AddStaticRegistry()", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services:catalog:https:0=https://localhost:7443|services:catalog:http:0=http://localhost:5000", "https://localhost:7443/")]
    [InlineData("Services:Catalog:http:0=10.0.0.5:81|Services:Catalog:http:1=10.0.0.6:82", "http://10.0.0.5:81/|http://10.0.0.6:82/")]
    [InlineData("Services:catalog:0=http://[::1]:81|Services:catalog:1=http://[::1]:81", "http://[::1]:81/")]
    [InlineData("Services:catalog=https://catalog.internal", "https://catalog.internal:443/")]
    [InlineData("Services:catalog:default:0=catalog.internal:81", "http://catalog.internal:81/")]
    [InlineData("Services:orders:http:0=10.0.0.5:81", "")]
    public async Task StaticRegistry_AsAspireWritesIt_IsRead(string lines, string expected)
    {
        var values = lines.Split('|').Select(static l => l.Split('=', 2)).Select(static l => (l[0], (string?)l[1])).ToArray();
        var services = Shop.Services(Shop.Configuration(values));
        services.AddHighAvailability().AddStaticRegistry();
        await using var provider = services.BuildServiceProvider();
        var catalog = await provider.GetRequiredService<IServiceRegistry>().DiscoverAsync("catalog", CancellationToken.None);
        var found = string.Join('|', catalog.Instances.Select(static i => $"{i.BaseUri.Scheme}://{i.BaseUri.Host}:{i.Port}/"));
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task StaticRegistry_SectionChanges_ReachesThePool()
    {
        var (services, configuration, _) = Shop.WithClient();
        await using var provider = services.BuildServiceProvider();
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        await pool.WaitForCatalogAsync(CancellationToken.None);
        Assert.Equal(2, pool.Snapshot.All.Length);
        configuration["Services:catalog:http:2"] = "10.0.0.7:83";
        configuration["Services:catalog:http:0"] = "10.0.0.8:84";
        configuration.Reload();
        await Servers.Wait.UntilAsync(
            "three", () => pool.Snapshot.All.Select(static e => e.Instance.Port).Order().SequenceEqual([82, 83, 84]));
    }

    [Fact]
    public async Task StaticRegistry_Registering_SaysThatItCannot()
    {
        var (services, _, _) = Shop.WithClient();
        await using var provider = services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<RegistryException>(() => provider.GetRequiredService<IServiceRegistry>().RegisterAsync(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81), new RegistrationTerms("me", TimeSpan.FromSeconds(1), TakeOver: true), CancellationToken.None).AsTask());
        Assert.Contains("can only be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_OfThirdParties_AreFoundByName()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "last"), ("HA:Defaults:Detector", "touchy"), ("HA:Defaults:Checker", "blind"));
        var checks = 0;
        services.AddHighAvailability().AddBalancer<LastLoadBalancer>("last").AddDetector<TouchyDetector>("touchy")
            .AddHealthChecker("blind", _ => new DelegateHealthChecker((_, _) =>
            {
                checks++;
                return ValueTask.FromResult(new HealthCheckResult(true, "fine"));
            }))
            .Configure(static o => o.Defaults.Health = o.Defaults.Health with { CheckInterval = TimeSpan.FromMilliseconds(20) });
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        for (var i = 0; i < 5; i++) Assert.Equal("82", await client.ItemAsync(i));
        servers.Dead[82] = true;
        Assert.Equal("81", await client.ItemAsync(1));
        // One failure is enough for this detector.
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        Assert.Contains(pool.Snapshot.All, static e => e.Instance.Port == 82 && e.Health > EndpointHealth.Probing);
        await Servers.Wait.UntilAsync("a check", () => Volatile.Read(ref checks) > 0);
    }

    [Fact]
    public void Parts_WithABuiltInName_AreRefused()
    {
        var builder = Shop.Services(Shop.Configuration()).AddHighAvailability();
        Assert.Throws<ArgumentException>(() => builder.AddBalancer<LastLoadBalancer>("p2c"));
        Assert.Throws<ArgumentException>(() => builder.AddHealthChecker("http", static _ => new TcpHealthChecker()));
        Assert.Throws<ArgumentException>(() => builder.AddDetector<TouchyDetector>("no name"));
    }

    private sealed class LastLoadBalancer(ServiceEnvironment environment) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
        {
            Assert.NotNull(environment);
            return new Picker(snapshot);
        }

        private sealed class Picker(EndpointSnapshot snapshot) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context) => snapshot.Eligible.IsEmpty ? null : snapshot.Eligible[^1];
        }
    }

    private sealed class TouchyDetector : IFailureDetector
    {
        public TimeSpan? Observe(in CallOutcome outcome) => outcome.Kind == OutcomeKind.Failure ? TimeSpan.FromMinutes(10) : null;

        public void Reset()
        {
        }
    }
}
