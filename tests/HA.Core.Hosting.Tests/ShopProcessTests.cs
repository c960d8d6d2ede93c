using System.Globalization;
using System.Text.RegularExpressions;
using HA.Core.Registry;
using HA.Core.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace HA.Core.Hosting.Tests;

/// <summary>The sample with real processes and a real registry, which one line of configuration chooses.</summary>
public partial class ShopProcessTests
{
    // Enough to be sure that a call met every instance that was left.
    private const int Many = 100;

    [Fact]
    public async Task Shop_OverEtcd_LosesNoCall()
    {
        await using var server = await EtcdServer.StartAsync();
        await RunAsync("etcd", $"HA:Registries:etcd:Endpoints={server.Address}");
    }

    [Fact]
    public async Task Shop_OverConsul_LosesNoCall()
    {
        await using var server = await ConsulServer.StartAsync();
        await RunAsync("consul", $"HA:Registries:consul:Address={server.Address}");
    }

    [Fact]
    public async Task Shop_OverRedis_LosesNoCall()
    {
        await using var server = await RedisServer.StartAsync();
        await RunAsync("redis", $"HA:Registries:redis:Servers={server.Address}");
    }

    private static async Task RunAsync(string registry, string address)
    {
        string[] both = [$"HA:Registry={registry}", address];
        SampleProcess[] catalogs = [.. Enumerable.Range(1, 3).Select(i => SampleProcess.Start(
            "Shop.Catalog", [.. both, "urls=http://127.0.0.1:0", $"HA:Registration:Id=catalog-{i}", "HA:Registration:Lease:TimeToLive=30s"]))];
        try
        {
            // Before anybody is there, calls fail and have to.
            await Wait.UntilAsync("three registrations", async () => (await RegisteredAsync(both)).Length == 3);
            await using var buyer = SampleProcess.Start("Shop.Buyer", both);
            await ServedByAsync(buyer, "catalog-1,catalog-2,catalog-3");

            Assert.Equal(0, await catalogs[0].TerminateAsync());
            // It took leave: nobody waits for its lease to end.
            Assert.Equal(["catalog-2", "catalog-3"], await RegisteredAsync(both));
            await ServedByAsync(buyer, "catalog-2,catalog-3");

            await catalogs[1].KillAsync();
            await ServedByAsync(buyer, "catalog-3");
            // Who is avoided is found out only when he is tried again, and that is a warning of its own.
            await Wait.UntilAsync("catalog-2 is out", () => buyer.Lines.Any(
                static l => l.Contains("catalog-2", StringComparison.Ordinal) && l.Contains("is unhealthy", StringComparison.Ordinal)));

            var before = buyer.Lines.Length;
            await buyer.TerminateAsync();
            Assert.DoesNotContain(buyer.Lines.Skip(before), static l => l.Contains("warn:", StringComparison.Ordinal) || l.Contains("fail:", StringComparison.Ordinal));
            var failures = buyer.Lines.Where(static l => l.Contains("failed:", StringComparison.Ordinal));
            Assert.True(Last(buyer).Failed == 0, string.Join('\n', failures));
            Assert.InRange(Last(buyer).Calls, 3 * Many, int.MaxValue);
        }
        finally
        {
            foreach (var catalog in catalogs) await catalog.DisposeAsync();
        }
    }

    // That these and no others answer, over many calls.
    internal static async Task ServedByAsync(SampleProcess buyer, string expected)
    {
        int? since = null;
        try
        {
            await Wait.UntilAsync($"answers of {expected}", () =>
            {
                var last = Last(buyer);
                if (last.From != expected) since = null;
                else since ??= last.Calls;
                return last.Calls - since >= Many;
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The buyer said:\n{string.Join('\n', buyer.Lines.TakeLast(20))}", e);
        }
    }

    internal static async Task<string[]> RegisteredAsync(string[] settings)
    {
        var configuration = Shop.Configuration([.. settings.Select(static s => s.Split('=', 2)).Select(static s => (s[0], (string?)s[1]))]);
        var services = Shop.Services(configuration);
        services.AddHighAvailability().AddEtcdRegistry().AddConsulRegistry().AddRedisRegistry();
        await using var provider = services.BuildServiceProvider();
        var catalog = await provider.GetRequiredService<IServiceRegistry>().DiscoverAsync("catalog", CancellationToken.None);
        return [.. catalog.Instances.Select(static i => i.Id)];
    }

    internal static (int Calls, int Failed, string From) Last(SampleProcess buyer)
    {
        var match = buyer.Lines.Select(static l => Line().Match(l)).LastOrDefault(static m => m.Success);
        return match is null
            ? (0, 0, "")
            : (int.Parse(match.Groups["calls"].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["failed"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["from"].Value);
    }

    [GeneratedRegex("^calls=(?<calls>[0-9]+) failed=(?<failed>[0-9]+) from=(?<from>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}
