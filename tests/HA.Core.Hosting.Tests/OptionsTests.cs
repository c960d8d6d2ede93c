using HA.Core.Calls;
using HA.Core.Health;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests;

public class OptionsTests
{
    [Fact]
    public async Task Options_FromASection_ReachEveryLevel()
    {
        var options = await ReadAsync(
            ("HA:Registry", "static"),
            ("HA:Defaults:Balancer", "p2c"),
            ("HA:Defaults:Call:Deadline", "00:00:03"),
            ("HA:Defaults:Call:Hedging:Share", "0.1"),
            ("HA:Defaults:Health:FailureShare", "off"),
            ("HA:Defaults:Health:Outliers", "false"),
            ("HA:Services:Catalog:Call:Deadline", "1500ms"),
            ("HA:Services:Catalog:Http:BufferResponses", "true"),
            ("HA:Services:Catalog:Watch:RemovalHoldTime", "1m"));
        var (other, catalog) = (options.OptionsOf("orders"), options.OptionsOf("catalog"));
        Assert.Equal("static", options.Registry);
        Assert.Equal(("p2c", TimeSpan.FromSeconds(3), 0.1), (other.Balancer, other.Call.Deadline, other.Call.Hedging!.Share));
        Assert.Null(other.Health.FailureShare);
        Assert.Null(other.Health.Outliers);
        Assert.Equal(("p2c", TimeSpan.FromSeconds(1.5), 0.1), (catalog.Balancer, catalog.Call.Deadline, catalog.Call.Hedging!.Share));
        Assert.True(catalog.Http.BufferResponses);
        Assert.Equal(TimeSpan.FromMinutes(1), catalog.Watch.RemovalHoldTime);
        Assert.Equal(new CallOptions().AttemptTimeout, catalog.Call.AttemptTimeout);
    }

    [Fact]
    public async Task Options_NothingSaid_AreTheRecommendedOnes()
    {
        var options = (await ReadAsync()).OptionsOf("orders");
        Assert.Equal(new CallOptions(), options.Call);
        Assert.Equal(new HealthOptions(), options.Health);
    }

    [Theory]
    [InlineData("HA:Defaults:Call:Deadline", "-1s", "HA:Defaults:Call:Deadline is '-1s'. Deadline must be longer than zero and at most 30 days. For example: 00:00:10.")]
    [InlineData("HA:Defaults:Call:Deadline", "10", "HA:Defaults:Call:Deadline is '10'. It must be a time with a unit. For example: 00:00:10.")]
    [InlineData("HA:Defaults:Call:MaxAttempts", "many", "HA:Defaults:Call:MaxAttempts is 'many'. It must be a whole number. For example: 3.")]
    [InlineData("HA:Defaults:Call:MaxAttempts", "0", "HA:Defaults:Call:MaxAttempts is '0'. MaxAttempts must be at least 1. For example: 3.")]
    [InlineData("HA:Defaults:Call:Dedline", "1s", "HA:Defaults:Call:Dedline: there is no such key. Did you mean 'Deadline'? Known: AttemptTimeout")]
    [InlineData("HA:Default:Balancer", "p2c", "HA:Default: there is no such key. Did you mean 'Defaults'?")]
    [InlineData("HA:Services:catalog:Balancer", "p2d", "HA:Services:catalog:Balancer is 'p2d'. No balancer has this name. Did you mean 'p2c'? Known: ")]
    [InlineData("HA:Services:catalog:Checker", "htp", "HA:Services:catalog:Checker is 'htp'. No health checker has this name. Did you mean 'http'? Known: grpc, http, tcp.")]
    [InlineData("HA:Services:catalog:Detector", "x", "HA:Services:catalog:Detector is 'x'. No failure detector has this name. None is known.")]
    [InlineData("HA:Registry", "etdc", "HA:Registry is 'etdc'. No registry has this name. Did you mean 'etcd'? Known: etcd, static.")]
    [InlineData("HA:Services:not a name:Balancer", "p2c", "HA:Services:not a name: 'not a name' is not valid for service")]
    [InlineData("HA:Defaults:Health:CheckTimeout", "9s", "HA:Defaults: CheckInterval is 00:00:05; CheckTimeout must not be longer")]
    [InlineData("HA:Defaults:Health:SlowShare", "off", "HA:Defaults:Health:SlowShare is 'off'. It must be a number. For example: 0.5.")]
    [InlineData("HA:Defaults:Call:Hedging", "perhaps", "HA:Defaults:Call:Hedging is 'perhaps'. It must be a section, true or false with keys of MinDelay, Percentile")]
    [InlineData("HA:Registries:etcd:Endpoints:0", "etcd:2379", "HA:Registries:etcd:Endpoints is a section. 'etcd:2379' is not an endpoint")]
    [InlineData("HA:Registries:etc:KeyPrefix", "a", "HA:Registries:etc is a section for a registry whose name is 'etc'. No registry has this name. Did you mean 'etcd'?")]
    [InlineData("Services:catalog:http:0", "not an address", "Services:catalog:http:0 is 'not an address', which is no address. For example: https://10.0.0.5:8443")]
    public async Task Options_ThatWillNotDo_StopTheStartAndTeach(string key, string value, string message)
    {
        using var host = Host(Shop.Configuration((key, value)));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(error.Failures, f => f.StartsWith(message, StringComparison.Ordinal));
        Assert.Single(error.Failures);
    }

    [Fact]
    public async Task Options_SeveralMistakes_AreToldAtOnce()
    {
        using var host = Host(Shop.Configuration(("HA:Defaults:Call:MaxAttempts", "0"), ("HA:Defaults:Balancer", "none"), ("HA:Foo", "1")));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(3, error.Failures.Count());
    }

    [Fact]
    public async Task Options_SecretThatWillNotDo_IsNotShown()
    {
        var configuration = Shop.Configuration(("HA:Registries:consul:Token", "s3cret with spaces"));
        var services = Shop.Services(configuration);
        services.AddHighAvailability().AddConsulRegistry();
        await using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<HighAvailabilityOptions>>().Value);
        Assert.Contains("HA:Registries:consul:Token has a value that is not shown. Token must be visible ASCII characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_InCode_GoOverTheSection()
    {
        var services = Shop.Services(Shop.Configuration());
        services.AddHighAvailability(Shop.Configuration(("Defaults:Call:Deadline", "3s"), ("Defaults:Balancer", "rr"))).AddInMemoryRegistry()
            .Configure(static o => o.ForService("catalog", static s => s.Call = s.Call with { Deadline = TimeSpan.FromSeconds(1) }));
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<HighAvailabilityOptions>>().Value;
        Assert.Equal((TimeSpan.FromSeconds(1), "rr"), (options.OptionsOf("catalog").Call.Deadline, options.OptionsOf("catalog").Balancer));
        Assert.Equal(TimeSpan.FromSeconds(3), options.OptionsOf("orders").Call.Deadline);
    }

    [Fact]
    public async Task Options_OnlyInCode_NeedNoConfiguration()
    {
        var services = new ServiceCollection();
        services.AddHighAvailability(static o => o.Defaults.Balancer = "random").AddInMemoryRegistry();
        await using var provider = services.BuildServiceProvider();
        Assert.Equal("random", provider.GetRequiredService<ServiceDirectory>().OptionsOf("orders").Balancer);
        Assert.Empty(provider.GetRequiredService<ServiceDirectory>().PoolOf("orders").Snapshot.All);
    }

    private static async Task<HighAvailabilityOptions> ReadAsync(params (string Key, string? Value)[] values)
    {
        using var host = Host(Shop.Configuration(values));
        await host.StartAsync();
        return host.Services.GetRequiredService<IOptions<HighAvailabilityOptions>>().Value;
    }

    private static IHost Host(IConfiguration configuration)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddHighAvailability().AddStaticRegistry().AddEtcdRegistry();
        return builder.Build();
    }
}
