using HA.Core.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace HA.Core.Hosting.Tests;

public class TypedClientTests
{
    [Fact]
    public async Task Client_OneLineMore_CallsEveryInstance()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        for (var i = 0; i < 10; i++) await client.ItemAsync(i);
        Assert.Equal((5, 5), (servers.CallsTo(81), servers.CallsTo(82)));
    }

    [Fact]
    public async Task Client_InstanceDies_NoCallFailsAndItIsEjected()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<CatalogClient>();
        await client.ItemAsync(0);
        servers.Dead[81] = true;
        for (var i = 0; i < 50; i++) Assert.Equal("82", await client.ItemAsync(i));
        var pool = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        Assert.Contains(pool.Snapshot.All, static e => e.Instance.Port == 81 && e.Health > EndpointHealth.Probing);
        Assert.InRange(servers.CallsTo(81), 3, 10);
    }

    [Fact]
    public async Task Client_NobodyAnswers_ExceptionNamesTheInstances()
    {
        var (services, _, servers) = Shop.WithClient();
        servers.Dead[81] = servers.Dead[82] = true;
        await using var provider = services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<FailoverException>(() => provider.GetRequiredService<CatalogClient>().ItemAsync(1));
        Assert.Contains("10.0.0.5", error.Message, StringComparison.Ordinal);
        Assert.Contains("10.0.0.6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_Rotated_KeepsHealthAndOnePool()
    {
        var (services, _, servers) = Shop.WithClient(("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Health:EjectionTime", "10m"));
        // Every client gets handlers of its own, as when the factory's lifetime ends between them.
        services.AddHttpClient("other").ConfigurePrimaryHttpMessageHandler(() => servers).AddHighAvailability("catalog")
            .SetHandlerLifetime(TimeSpan.FromSeconds(1));
        await using var provider = services.BuildServiceProvider();
        servers.Dead[81] = true;
        var client = provider.GetRequiredService<CatalogClient>();
        for (var i = 0; i < 20; i++) await client.ItemAsync(i);
        var before = servers.CallsTo(81);
        var directory = provider.GetRequiredService<ServiceDirectory>();
        var pool = directory.PoolOf("catalog");
        var chains = provider.GetRequiredService<IHttpMessageHandlerFactory>();
        for (var i = 0; i < 20; i++)
        {
            using var rotated = new HttpClient(new Rebuilt(provider, "other", servers)) { BaseAddress = new Uri("http://catalog") };
            Assert.Equal("82", await rotated.GetStringAsync("/items/1"));
        }

        Assert.NotNull(chains.CreateHandler("other"));
        Assert.Same(pool, directory.PoolOf("catalog"));
        Assert.Equal(["catalog"], directory.Services);
        Assert.Equal(before, servers.CallsTo(81));
    }

    [Fact]
    public async Task Client_ByDefault_HasNoTimeoutNorRotationOfItsOwn()
    {
        var (services, _, _) = Shop.WithClient();
        await using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(nameof(CatalogClient));
        Assert.Equal(Timeout.InfiniteTimeSpan, options.HandlerLifetime);
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(nameof(CatalogClient));
        Assert.Equal(Timeout.InfiniteTimeSpan, client.Timeout);
    }

    [Fact]
    public async Task Client_NamedForAService_GoesThere()
    {
        var (services, _, servers) = Shop.WithClient();
        services.AddHttpClient("named").ConfigurePrimaryHttpMessageHandler(() => servers).AddHighAvailability("catalog");
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("named");
        Assert.Contains(await client.GetStringAsync("/items/1"), (string[])["81", "82"]);
        Assert.Throws<ArgumentException>(() => services.AddHttpClient("bad").AddHighAvailability("Not A Service"));
    }

    [Fact]
    public async Task Client_WithoutBaseAddress_IsToldWhatToSet()
    {
        var (services, _, servers) = Shop.WithClient();
        services.AddHttpClient("bare").ConfigurePrimaryHttpMessageHandler(() => servers).AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        using var invoker = new HttpMessageInvoker(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("bare"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/items", UriKind.Relative));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => invoker.SendAsync(request, CancellationToken.None));
        Assert.Contains("BaseAddress", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_Disposed_EndsThePools()
    {
        var (services, _, _) = Shop.WithClient();
        ServiceDirectory directory;
        await using (var provider = services.BuildServiceProvider())
        {
            directory = provider.GetRequiredService<ServiceDirectory>();
            await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        }

        Assert.Throws<ObjectDisposedException>(() => directory.PoolOf("orders"));
    }

    // What the factory does when a lifetime has ended: the same handlers, made anew.
    private sealed class Rebuilt : DelegatingHandler
    {
        internal Rebuilt(IServiceProvider services, string name, HttpMessageHandler primary)
        {
            var builder = services.GetRequiredService<HttpMessageHandlerBuilder>();
            builder.Name = name;
            builder.PrimaryHandler = primary;
            foreach (var configure in services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpMessageHandlerBuilderActions)
                configure(builder);
            InnerHandler = builder.Build();
        }
    }
}
