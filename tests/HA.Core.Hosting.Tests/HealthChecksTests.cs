using System.Runtime.CompilerServices;
using HA.Core.Registry;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HA.Core.Hosting.Tests;

public class HealthChecksTests
{
    [Fact]
    public async Task Services_WithNoInstanceThatIsFit_AreToldAndTheOthersToo()
    {
        var (services, _, servers) = Shop.WithClient(
            ("HA:Defaults:Balancer", "round-robin"), ("HA:Defaults:Call:MaxAttempts", "1"), ("Services:stock:http:0", "10.0.0.7:83"));
        services.AddHealthChecks().AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<CatalogClient>().ItemAsync(1);
        await provider.GetRequiredService<ServiceDirectory>().PoolOf("stock").WaitForCatalogAsync(default);
        var well = await CheckAsync(provider, "ha-services");

        servers.Dead[81] = servers.Dead[82] = true;
        for (var i = 0; i < 30; i++)
            await Record.ExceptionAsync(() => provider.GetRequiredService<CatalogClient>().ItemAsync(i));
        var ill = await CheckAsync(provider, "ha-services");

        Assert.Equal((HealthStatus.Healthy, "2 of 2 fit", "1 of 1 fit"), (well.Status, well.Data["catalog"], well.Data["stock"]));
        Assert.Equal((HealthStatus.Degraded, "0 of 2 fit", "1 of 1 fit"), (ill.Status, ill.Data["catalog"], ill.Data["stock"]));
        Assert.Contains("'catalog'", ill.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("'stock'", ill.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_ThatDoesNotAnswer_IsToldUntilItDoes()
    {
        await using var store = new InMemoryRegistry();
        await using var keeper = new RegistrationKeeper(store, new ServiceInstance("catalog", "c", "10.0.0.5", 81));
        await keeper.WaitUntilRegisteredAsync();
        var registry = new SickRegistry(store);
        var services = Shop.Services(Shop.Configuration(("HA:Defaults:Watch:MaxBackoff", "00:00:00.1")));
        services.AddHighAvailability().AddRegistry("sick", _ => registry);
        services.AddHealthChecks().AddHighAvailability();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog").WaitForCatalogAsync(default);
        var well = await CheckAsync(provider, "ha-registry");

        registry.Break();
        await Wait.UntilAsync("the check to fail", async () => (await CheckAsync(provider, "ha-registry")).Status == HealthStatus.Degraded);
        var ill = await CheckAsync(provider, "ha-registry");
        registry.Mend();
        await Wait.UntilAsync("the check to pass", async () => (await CheckAsync(provider, "ha-registry")).Status == HealthStatus.Healthy);

        Assert.Equal((HealthStatus.Healthy, "live"), (well.Status, well.Data["catalog"]));
        Assert.Equal("cached", ill.Data["catalog"]);
        Assert.Contains("'catalog'", ill.Description, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> CheckAsync(IServiceProvider provider, string name) =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(r => r.Name == name)).Entries[name];

    private sealed class SickRegistry(IServiceRegistry inner) : ForwardingRegistry(inner, isOwn: false)
    {
        private CancellationTokenSource _breaks = new();
        private volatile bool _isBroken;

        internal void Break()
        {
            _isBroken = true;
            Interlocked.Exchange(ref _breaks, new CancellationTokenSource()).Cancel();
        }

        internal void Mend() => _isBroken = false;

        public override async IAsyncEnumerable<ServiceCatalog> WatchAsync(
            string service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (_isBroken) throw new RegistryException("It is ill.");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _breaks.Token);
            await using var catalogs = Next().WatchAsync(service, stop.Token).GetAsyncEnumerator(CancellationToken.None);
            while (true)
            {
                try
                {
                    if (!await catalogs.MoveNextAsync()) yield break;
                }
                catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new RegistryException("It has become ill.", e);
                }

                yield return catalogs.Current;
            }
        }
    }
}
