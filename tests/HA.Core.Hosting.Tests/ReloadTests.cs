using System.Diagnostics.Metrics;
using HA.Core.Balancing;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

public class ReloadTests
{
    [Fact]
    public async Task Reload_OfABalancer_KeepsThePoolAndWhatItKnows()
    {
        var (services, configuration, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Health:EjectionTime", "10m"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        servers.Dead[81] = true;
        for (var i = 0; i < 20; i++) await client.ItemAsync(i);
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        var before = servers.CallsTo(81);
        configuration["HA:Services:catalog:Balancer"] = "maglev";
        configuration.Reload();
        for (var i = 0; i < 20; i++) Assert.Equal("82", await client.ItemAsync(i));
        Assert.Equal("maglev", provider.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer);
        Assert.Same(pool, provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog"));
        Assert.Equal(before, servers.CallsTo(81));
    }

    [Fact]
    public async Task Reload_OfABalancer_ChangesWhereCallsGo()
    {
        var (services, configuration, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        services.AddHighAvailability().AddBalancer("first", static (_, _) => new First());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        for (var i = 0; i < 10; i++) await client.ItemAsync(i);
        Assert.Equal((5, 5), (servers.CallsTo(81), servers.CallsTo(82)));
        configuration["HA:Defaults:Balancer"] = "first";
        configuration.Reload();
        for (var i = 0; i < 10; i++) await client.ItemAsync(i);
        Assert.Equal((15, 5), (servers.CallsTo(81), servers.CallsTo(82)));
    }

    private sealed class First : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(snapshot.Eligible.FirstOrDefault());

        private sealed class Picker(Endpoint? first) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context) => first;
        }
    }

    [Fact]
    public async Task Reload_OfACallOption_CountsForTheNextCall()
    {
        var (services, configuration, servers) = Shop.WithClient();
        servers.Dead[81] = servers.Dead[82] = true;
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.ItemAsync(1));
        configuration["HA:Services:catalog:Call:Bulkhead:MaxInFlight"] = "7";
        configuration.Reload();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.ItemAsync(1));
        Assert.Equal(7, provider.GetRequiredService<ServiceDirectory>().Of("catalog").Call.Bulkhead!.MaxInFlight);
    }

    [Fact]
    public async Task Reload_OfAHealthThreshold_TakesEffectWithoutAFailedCall()
    {
        var (services, configuration, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Health:LocalFailureThreshold", "1000"),
            ("HA:Defaults:Health:FailureShare", "off"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        var directory = provider.GetRequiredService<ServiceDirectory>();
        servers.Dead[81] = true;
        for (var i = 0; i < 20; i++) Assert.Equal("82", await client.ItemAsync(i));
        Assert.InRange(servers.CallsTo(81), 10, 20);
        var pool = directory.PoolOf("catalog");
        configuration["HA:Defaults:Health:LocalFailureThreshold"] = "1";
        configuration["HA:Defaults:Health:EjectionTime"] = "10m";
        configuration.Reload();
        var before = servers.CallsTo(81);
        for (var i = 0; i < 20; i++) Assert.Equal("82", await client.ItemAsync(i));
        Assert.Equal(before + 1, servers.CallsTo(81));
        // What was known of them is known still.
        Assert.Same(pool, directory.PoolOf("catalog"));
    }

    [Fact]
    public async Task Reload_OfHowTheRegistryIsWatched_TakesANewPoolWithAllThatCounts()
    {
        var (services, configuration, servers) = Shop.WithClient(("HA:Defaults:Balancer", "weighted-round-robin"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        var directory = provider.GetRequiredService<ServiceDirectory>();
        await client.ItemAsync(1);
        var pool = directory.PoolOf("catalog");
        configuration["HA:Services:catalog:Watch:RemovalHoldTime"] = "5s";
        configuration["HA:Services:catalog:Weights:10.0.0.6:82"] = "0";
        configuration.Reload();
        await Servers.Wait.UntilAsync("the new pool", () => !ReferenceEquals(pool, directory.PoolOf("catalog")));
        for (var i = 0; i < 20; i++) Assert.Equal("81", await client.ItemAsync(i));
    }

    [Fact]
    public async Task Reload_OfAWeight_ChangesTheShareInTheSamePool()
    {
        var (services, configuration, servers) = Shop.WithClient(("HA:Defaults:Balancer", "weighted-round-robin"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        var directory = provider.GetRequiredService<ServiceDirectory>();
        for (var i = 0; i < 10; i++) await client.ItemAsync(i);
        Assert.Equal((5, 5), (servers.CallsTo(81), servers.CallsTo(82)));
        var pool = directory.PoolOf("catalog");
        configuration["HA:Services:catalog:Weights:10.0.0.6:82"] = "4";
        configuration.Reload();
        for (var i = 0; i < 100; i++) await client.ItemAsync(i);
        Assert.Equal((25, 85), (servers.CallsTo(81), servers.CallsTo(82)));
        configuration["HA:Services:catalog:Weights:10.0.0.6:82"] = "many";
        configuration.Reload();
        Assert.Equal(4, directory.OptionsOf("catalog").Weights["10.0.0.6:82"]);
        // As many weights as before, and another one.
        configuration["HA:Services:catalog:Weights:10.0.0.6:82"] = "3";
        configuration.Reload();
        Assert.Equal([1, 3], pool.Snapshot.All.Select(static e => e.Instance.Weight).Order());
        configuration["HA:Services:catalog:Weights:10.0.0.6:82"] = null;
        configuration.Reload();
        Assert.Equal([1, 1], pool.Snapshot.All.Select(static e => e.Instance.Weight));
        Assert.Same(pool, directory.PoolOf("catalog"));
    }

    [Fact]
    public async Task Reload_OfAChecker_BeginsChecksInTheSamePool()
    {
        var (services, configuration, _) = Shop.WithClient();
        var checker = new CountingChecker();
        services.AddHighAvailability().AddHealthChecker("counting", _ => checker);
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        configuration["HA:Services:catalog:Checker"] = "counting";
        configuration["HA:Services:catalog:Health:CheckInterval"] = "20ms";
        configuration.Reload();
        await Servers.Wait.UntilAsync("checks", () => checker.Count >= 4);
        Assert.Same(pool, provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog"));
    }

    [Fact]
    public async Task Reload_ThatWillNotDo_ChangesNothingButACounterALogLineAndAHealthCheck()
    {
        var (services, configuration, _) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        services.AddHealthChecks().AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        using var counted = new Counted(provider.GetRequiredService<IMeterFactory>());
        var directory = provider.GetRequiredService<ServiceDirectory>();
        var checks = provider.GetRequiredService<HealthCheckService>();
        var pool = directory.PoolOf("catalog");

        configuration["HA:Defaults:Balancer"] = "round-robbin";
        configuration["HA:Defaults:Call:Deadline"] = "1s";
        configuration.Reload();
        Assert.Equal("round-robin", directory.OptionsOf("catalog").Balancer);
        Assert.Equal(TimeSpan.FromSeconds(10), directory.OptionsOf("catalog").Call.Deadline);
        Assert.Same(pool, directory.PoolOf("catalog"));
        Assert.Contains(log.All, static l => l.Contains("round-robbin", StringComparison.Ordinal) && l.StartsWith("Warning 1501", StringComparison.Ordinal));
        var entry = (await checks.CheckHealthAsync()).Entries["ha-config"];
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("Did you mean 'round-robin'?", entry.Description, StringComparison.Ordinal);
        Assert.Equal(("rejected", 1L), counted.Last);

        configuration["HA:Defaults:Balancer"] = "random";
        configuration.Reload();
        Assert.Equal("random", directory.OptionsOf("catalog").Balancer);
        Assert.Equal(TimeSpan.FromSeconds(1), directory.OptionsOf("catalog").Call.Deadline);
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Entries["ha-config"].Status);
        Assert.Equal(("applied", 1L), counted.Last);
    }

    [Fact]
    public async Task Reload_OfTheRegistry_WaitsForTheNextStart()
    {
        var (services, configuration, _) = Shop.WithClient();
        services.AddHighAvailability().AddInMemoryRegistry();
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        configuration["HA:Registry"] = "in-memory";
        configuration.Reload();
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1502", StringComparison.Ordinal));
        Assert.Null(provider.GetRequiredService<OptionsKeeper>().DefaultRegistry);
    }

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();

        internal Counted(IMeterFactory factory)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "hacore.config.reloads" && instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Last = ($"{tags[0].Value}", value));
            _listener.Start();
        }

        internal (string Result, long Value) Last { get; private set; }

        public void Dispose() => _listener.Dispose();
    }
}

/// <summary>Finds everybody well, and counts.</summary>
internal sealed class CountingChecker : IHealthChecker
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal void Reset() => Volatile.Write(ref _count, 0);

    public ValueTask<Health.HealthCheckResult> CheckAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return new(new Health.HealthCheckResult(IsHealthy: true, "counted"));
    }
}
