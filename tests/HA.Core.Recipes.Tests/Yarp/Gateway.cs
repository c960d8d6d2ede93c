using HA.Core.Hosting;
using HA.Core.Registry;
using HA.Core.Samples.Recipes.Yarp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace HA.Core.Recipes.Tests.Yarp;

/// <summary>A gateway of YARP with one cluster.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Gateway(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    internal HttpClient Client { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>What YARP balances among.</summary>
    internal IEnumerable<string> Destinations =>
        Services.GetRequiredService<IProxyStateLookup>().TryGetCluster("orders", out var cluster)
            ? cluster.DestinationsState.AllDestinations.Select(static d => d.DestinationId).Order(StringComparer.Ordinal)
            : [];

    /// <summary>One whose calls go through HA.Core.</summary>
    internal static Task<Gateway> ThroughAsync(
        Fleet fleet, Action<HighAvailabilityOptions>? options = null, HttpClientConfig? client = null,
        Action<IReverseProxyBuilder>? add = null, string asks = "true") =>
        StartAsync(
            fleet, "http://orders", proxy =>
            {
                proxy.AddHighAvailability();
                add?.Invoke(proxy);
            },
            options,
            cluster => cluster with { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["HA"] = asks } },
            client);

    /// <summary>One that balances by itself among the destinations that it is told.</summary>
    internal static Task<Gateway> BesideAsync(
        Fleet fleet, Action<HighAvailabilityOptions>? options = null, IServiceRegistry? registry = null) => StartAsync(
            fleet, "ha://orders", static proxy => proxy.Services.AddSingleton<IDestinationResolver, ServiceDestinations>(), options,
            static cluster => cluster with { LoadBalancingPolicy = "RoundRobin" }, registry: registry);

    internal static async Task<Gateway> StartAsync(
        Fleet fleet, string address, Action<IReverseProxyBuilder> add, Action<HighAvailabilityOptions>? options,
        Func<ClusterConfig, ClusterConfig> change, HttpClientConfig? client = null, IServiceRegistry? registry = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        fleet.AddTo(builder.Services, options, registry);
        var cluster = change(new ClusterConfig
        {
            ClusterId = "orders",
            HttpClient = client,
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["orders"] = new() { Address = address } },
        });
        var route = new RouteConfig { RouteId = "all", ClusterId = "orders", Match = new RouteMatch { Path = "{**all}" } };
        add(builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]));
        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return new Gateway(app);
    }

    internal Task<string> ItemAsync(int number = 1) => Client.GetStringAsync(new Uri($"/items/{number}", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
