using System.Diagnostics.Metrics;
using HA.Core.Hosting.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HA.Core.Hosting.Tests;

public class MetersTests
{
    [Fact]
    public async Task Durations_AreRecordedInSeconds()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var recorder = new Recorder(factory);
        var meters = new HostingMeters(factory);
        meters.Attempted(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81),
            new CallOutcome(OutcomeKind.Overload, TimeSpan.FromMilliseconds(250), 1) { Attempt = AttemptKind.Retry }, tellsEndpoint: true);
        meters.Drained(TimeSpan.FromSeconds(3), isComplete: true);
        Assert.Contains(
            "hacore.client.attempt.duration 0.25 service.peer.name=catalog server.address=10.0.0.5 server.port=81 hacore.outcome=overload "
            + "hacore.attempt.kind=retry", recorder.Records);
        Assert.Contains("hacore.drain.duration 3 hacore.drain.result=complete", recorder.Records);
    }

    [Fact]
    public async Task Calls_AndAnEjection_AreMeasuredAndLogged()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        servers.Dead[81] = true;
        for (var i = 0; i < 20; i++) await provider.GetRequiredService<CatalogClient>().ItemAsync(i);
        Assert.Equal(20, recorder.Records.Count(static r => r.Contains("attempt.duration", StringComparison.Ordinal) && r.Contains("=82 ", StringComparison.Ordinal)));
        Assert.Contains(recorder.Records, static r => r.StartsWith("hacore.health.transitions 1 service.peer.name=catalog", StringComparison.Ordinal)
            && r.EndsWith("hacore.to_state=unhealthy", StringComparison.Ordinal));
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1100", StringComparison.Ordinal) && l.Contains("10.0.0.5:81", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_AreMeasuredAsTheirCallersSeeThem()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        var client = provider.GetRequiredService<CatalogClient>();
        await client.ItemAsync(1);
        servers.Dead[81] = servers.Dead[82] = true;
        await Assert.ThrowsAsync<Http.FailoverException>(() => client.ItemAsync(2));
        servers.Dead.TryRemove(82, out _);
        for (var i = 0; i < 4; i++) await client.ItemAsync(3);
        Assert.Contains(recorder.Records, static r => IsOf(r, "hacore.client.request.duration", "hacore.outcome=success"));
        Assert.Contains(recorder.Records, static r => IsOf(r, "hacore.client.request.duration", "hacore.outcome=exhausted error.type=connect"));
        Assert.Contains(recorder.Records, static r => IsOf(r, "hacore.client.request.duration", "hacore.outcome=recovered"));
        Assert.Contains("hacore.client.retries 1 service.peer.name=catalog hacore.retry.reason=connect", recorder.Records);
        Assert.Equal(6, recorder.Records.Count(static r => r.StartsWith("hacore.client.request.duration", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Retries_BeyondTheBudget_AreCountedAsRefused()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Call:RetryShare", "0"), ("HA:Defaults:Call:RetryReserve", "0"));
        servers.Failing = true;
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        await Assert.ThrowsAsync<HttpRequestException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(1));
        Assert.Contains("hacore.client.retry_budget.rejections 1 service.peer.name=catalog", recorder.Records);
        Assert.Contains(recorder.Records, static r => IsOf(r, "hacore.client.request.duration", "hacore.outcome=exhausted error.type=status"));
    }

    [Fact]
    public async Task Levels_AreLookedAtWhenSomebodyAsks()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Health:PanicThreshold", "0.9"));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        var before = recorder.Look();
        Assert.Contains("hacore.endpoint.count 2 service.peer.name=catalog hacore.endpoint.state=healthy", before);
        Assert.Contains("hacore.endpoint.count 0 service.peer.name=catalog hacore.endpoint.state=unhealthy", before);
        Assert.Contains("hacore.panic.status 0 service.peer.name=catalog", before);
        Assert.Contains("hacore.registry.snapshot.age 0 service.peer.name=catalog", before);
        Assert.Contains("hacore.registry.connection.status 1 service.peer.name=catalog hacore.connection.state=live", before);
        Assert.Contains("hacore.registry.connection.status 0 service.peer.name=catalog hacore.connection.state=cached", before);
        Assert.Contains("hacore.client.active_attempts 0 service.peer.name=catalog server.address=10.0.0.5 server.port=81", before);
        servers.Dead[81] = true;
        for (var i = 0; i < 20; i++) await provider.GetRequiredService<CatalogClient>().ItemAsync(i);
        Assert.Contains("hacore.endpoint.ejections 1 service.peer.name=catalog hacore.ejection.reason=calls", recorder.Records);
        var after = recorder.Look();
        Assert.Contains("hacore.endpoint.count 1 service.peer.name=catalog hacore.endpoint.state=unhealthy", after);
        Assert.Contains("hacore.panic.status 1 service.peer.name=catalog", after);
    }

    [Fact]
    public async Task Endpoints_BeyondTheLimit_AreNotToldApart()
    {
        var (services, _, _) = Shop.WithClient(("HA:Telemetry:MaxEndpoints", "1"));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        // Calls may begin before listeners have heard of the catalog that they go by.
        await provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog").WaitForCatalogAsync(default);
        await Servers.Wait.UntilAsync("the warning", () => log.All.Any(static l => l.StartsWith("Warning 1300", StringComparison.Ordinal)));
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        Assert.DoesNotContain(recorder.Records, static r => r.Contains("server.address", StringComparison.Ordinal));
        Assert.Contains("hacore.client.active_attempts 0 service.peer.name=catalog", recorder.Look());
        Assert.Single(log.All, static l => l.StartsWith("Warning 1300", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Catalogs_AreComparedWithTheOnesBefore()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var recorder = new Recorder(factory);
        using var loggers = LoggerFactory.Create(static _ => { });
        var listener = new MeteringListener(new HostingMeters(factory), static () => 200, loggers);
        ServiceInstance One(int number) => new("catalog", $"c-{number}", "10.0.0.5", 80 + number);
        listener.OnCatalogChanged(new ServiceCatalog("catalog", 1, [One(1), One(2), One(3)]));
        listener.OnCatalogChanged(new ServiceCatalog("catalog", 2, [One(1), One(2).WithStatus(ServiceStatus.Draining), One(4)]));
        Assert.Equal(
            [
                "hacore.registry.updates 3 service.peer.name=catalog hacore.update.kind=added",
                "hacore.registry.updates 1 service.peer.name=catalog hacore.update.kind=added",
                "hacore.registry.updates 1 service.peer.name=catalog hacore.update.kind=changed",
                "hacore.registry.updates 1 service.peer.name=catalog hacore.update.kind=removed",
            ],
            recorder.Records);
    }

    [Fact]
    public async Task Registration_IsInOneStateAtATime()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = provider.GetRequiredService<IMeterFactory>();
        using var recorder = new Recorder(factory);
        using var loggers = LoggerFactory.Create(static _ => { });
        var listener = new MeteringListener(new HostingMeters(factory), static () => 200, loggers);
        var own = new ServiceInstance("catalog", "c", "10.0.0.5", 81);
        foreach (var state in (RegistrationState[])[RegistrationState.Registering, RegistrationState.Registered, RegistrationState.Lost])
            listener.OnRegistrationChanged(own, state, null);
        var sums = recorder.Records.Where(static r => r.StartsWith("hacore.registration.status", StringComparison.Ordinal))
            .Select(static r => r.Split(' ')).GroupBy(static r => r[^1], static r => int.Parse(r[1], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.Sum(), StringComparer.Ordinal);
        Assert.Equal((0, 0, 1), (
            sums["hacore.registration.state=registering"], sums["hacore.registration.state=registered"], sums["hacore.registration.state=lost"]));
    }

    private static bool IsOf(string record, string instrument, string end) =>
        record.StartsWith(instrument, StringComparison.Ordinal) && record.EndsWith(end, StringComparison.Ordinal);

    [Fact]
    public void EventIds_AllOfThem_AreUnique()
    {
        var ids = typeof(HostingLog).GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Select(static m => m.GetCustomAttributes(typeof(LoggerMessageAttribute), inherit: false).OfType<LoggerMessageAttribute>().SingleOrDefault()?.EventId)
            .OfType<int>().ToArray();
        Assert.InRange(ids.Length, 20, 100);
        Assert.Distinct(ids);
    }

    [Fact]
    public void Log_OfAReasonFromOutside_IsOneLine()
    {
        var log = new Lines();
        using var factory = LoggerFactory.Create(b => b.AddProvider(log));
        new LoggingListener(factory).OnHealthChanged(
            new ServiceInstance("catalog", "c", "10.0.0.5", 81), EndpointHealth.Healthy, EndpointHealth.Unhealthy, "a\r\nWarning 1: forged");
        Assert.DoesNotContain(log.All, static l => l.Contains('\n', StringComparison.Ordinal));
    }
}
