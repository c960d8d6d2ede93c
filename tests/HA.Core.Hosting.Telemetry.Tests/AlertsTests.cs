using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using HA.Core.Alerting;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests;

public class AlertsTests
{
    [Fact]
    public async Task Alerts_OfAProgram_AreLoggedPostedMeasuredAndHandedOver()
    {
        await using var receiver = await Receiver.StartAsync();
        var (services, _, servers) = Shop.WithClient(
            ("HA:Defaults:Health:EjectionTime", "10m"), ("HA:Alerts:Rules:NoHealthyInstance", "100ms"), ("HA:Alerts:Rules:Panic", "off"),
            ("HA:Alerts:Rules:Interval", "20ms"), ("HA:Alerts:Webhook:Url", $"{receiver.Url}"), ("HA:Alerts:Webhook:Secret", "0123456789abcdef"));
        var log = new Lines();
        services.AddLogging(b => b.AddProvider(log));
        var told = new ConcurrentQueue<Alert>();
        services.AddHighAvailability().AddAlerts(told.Enqueue);
        await using var provider = services.BuildServiceProvider();
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StartAsync(CancellationToken.None);

        servers.Dead[81] = servers.Dead[82] = true;
        var client = provider.GetRequiredService<CatalogClient>();
        for (var i = 0; i < 10; i++) await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.ItemAsync(1));
        await Wait.UntilAsync("it fires", () => told.Any(static a => a is { Rule: AlertRule.NoHealthyInstance, State: AlertState.Firing }));
        Assert.Contains("hacore.alert.status 1 service.peer.name=catalog hacore.alert.rule=no_healthy_instance", recorder.Look());
        Assert.Contains(log.All, static l => l.StartsWith("Critical 1700", StringComparison.Ordinal)
            && l.Contains("None of the 2 instances of 'catalog' is fit.", StringComparison.Ordinal));

        servers.Dead.Clear();
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        foreach (var endpoint in pool.Snapshot.All) pool.MarkHealthy(endpoint.Instance.Id);
        await Wait.UntilAsync("it is over", () => told.Any(static a => a is { Rule: AlertRule.NoHealthyInstance, State: AlertState.Recovered }));
        Assert.Contains(log.All, static l => l.StartsWith("Information 1702", StringComparison.Ordinal));
        await Wait.UntilAsync("both are posted", () => receiver.All.Count(static r =>
            Encoding.UTF8.GetString(r.Body).Contains("no_healthy_instance", StringComparison.Ordinal)) == 2);
        Assert.DoesNotContain("hacore.alert.status 1 service.peer.name=catalog hacore.alert.rule=no_healthy_instance", recorder.Look());
        Assert.DoesNotContain(log.All, static l => l.Contains("0123456789abcdef", StringComparison.Ordinal));
        foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task RegistrationOfTheProgram_IsWatchedThroughItsEvents()
    {
        var (services, _, _) = Shop.WithClient(("HA:Alerts:Rules:RegistrationLost", "0s"), ("HA:Alerts:Rules:Interval", "20ms"));
        var told = new ConcurrentQueue<Alert>();
        services.AddHighAvailability().AddAlerts(told.Enqueue);
        await using var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StartAsync(CancellationToken.None);
        var heard = provider.GetRequiredService<ServiceEnvironment>().Listener;
        heard.OnRegistrationChanged(new ServiceInstance("catalog", "c", "10.0.0.5", 81), RegistrationState.Fenced, null);
        await Wait.UntilAsync("it fires", () => told.Any(static a => a is { Rule: AlertRule.RegistrationLost, Service: "catalog" }));
    }

    [Theory]
    [InlineData("HA:Alerts:Rules:Panik", "5s", "Did you mean 'Panic'")]
    [InlineData("HA:Alerts:Rules:Panic", "5", "HA:Alerts:Rules:Panic is '5'. It must be a time with a unit, or off. For example: 00:00:30.")]
    [InlineData("HA:Alerts:Rules:MassEjectionShare", "2", "at most 1")]
    [InlineData("HA:Alerts:Webhook:Url", "http://10.0.0.1/a", "https")]
    [InlineData("HA:Alerts:Webhook:Url", "http://receiver.example/short", "HA:Alerts:Webhook:Url is 'http://receiver.example'")]
    [InlineData("HA:Alerts:Webhook:Url", "not an address", "HA:Alerts:Webhook:Url has a value that is not shown")]
    [InlineData("HA:Alerts:Webhook", "true", "HA:Alerts:Webhook:Url is missing")]
    [InlineData("HA:Alerts:Webhook:Secret", "short", "HA:Alerts:Webhook:Secret has a value that is not shown")]
    public void Options_ThatWillNotDo_AreToldAtTheStart(string key, string value, string says)
    {
        var (services, _, _) = Shop.WithClient((key, value));
        services.AddHighAvailability().AddAlerts();
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<AlertingOptions>>().Value);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }
}
