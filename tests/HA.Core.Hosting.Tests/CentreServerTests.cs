using System.Diagnostics.Metrics;
using HA.Core.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;

namespace HA.Core.Hosting.Tests;

/// <summary>The whole way: a write to a real server, into clients under load.</summary>
public sealed class CentreServerTests(ITestOutputHelper output) : IDisposable
{
    private const string Second = "10.0.0.6:82";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("etcd")]
    [InlineData("consul")]
    [InlineData("redis")]
    public async Task Change_InACentre_ReachesRunningClientsWithinASecondWithoutAFailedCall(string kind)
    {
        await using var server = await CentreServer.StartAsync(kind);
        await server.WriteAsync(("HA/Services/catalog/Balancer", "round-robin"), ("HA/Services/catalog/Health/CheckInterval", "1h"));
        var configuration = Configuration(server);
        using var end = configuration as IDisposable;
        var (checker, servers, log) = (new CountingChecker(), new StubServers(), new Lines());
        await using var provider = Services(configuration, checker, servers, log);
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        var directory = provider.GetRequiredService<ServiceDirectory>();
        var pool = directory.PoolOf("catalog");
        Assert.Equal("round-robin", directory.OptionsOf("catalog").Balancer);
        await using var load = new Load(provider);

        // Each several times: the machine may be busy, and the way itself is to be shown.
        await ReachesAsync(
            "a balancer", ["maglev", "round-robin", "weighted-round-robin"], value => server.WriteAsync(("HA/Services/catalog/Balancer", value)),
            value => directory.OptionsOf("catalog").Balancer == value);
        await ReachesAsync(
            "a weight", ["9", "2", "4"], value => server.WriteAsync(($"HA/Services/catalog/Weights/{Second}", value)),
            value => $"{pool.Snapshot.All.Single(static e => e.Instance.Id == Second).Instance.Weight}" == value);
        await ShareAsync(servers, 4);
        await ReachesAsync(
            "a probe interval", ["100ms", "50ms", "20ms"],
            async value =>
            {
                await server.WriteAsync(("HA/Services/catalog/Health/CheckInterval", "1h"));
                await Wait.UntilAsync("the hour", () => directory.OptionsOf("catalog").Health.CheckInterval == TimeSpan.FromHours(1));
                checker.Reset();
                await server.WriteAsync(("HA/Services/catalog/Health/CheckInterval", value));
            },
            _ => checker.Count >= 2);

        // Two keys at once, one of which will not do.
        var before = servers.CallsTo(81);
        await server.WriteAsync(("HA/Services/catalog/Balancer", "p2d"), ("HA/Services/catalog/Call/Deadline", "1s"));
        await Wait.UntilAsync("the counter", () => recorder.Records.Contains("hacore.config.reloads 1 hacore.reload.result=rejected"));
        Assert.Equal(("weighted-round-robin", TimeSpan.FromSeconds(10)), (directory.OptionsOf("catalog").Balancer, directory.OptionsOf("catalog").Call.Deadline));
        Assert.Equal("weighted-round-robin", configuration["HA:Services:catalog:Balancer"]);
        Assert.Contains(log.All, static l => l.StartsWith("Warning 1511", StringComparison.Ordinal) && l.Contains("p2d", StringComparison.Ordinal));
        Assert.Contains("Did you mean 'p2c'?", await ReasonAsync(provider), StringComparison.Ordinal);
        await Wait.UntilAsync("calls", () => servers.CallsTo(81) > before + 10);
        await server.WriteAsync(("HA/Services/catalog/Balancer", "round-robin"));
        await Wait.UntilAsync("the next", () => directory.OptionsOf("catalog").Call.Deadline == TimeSpan.FromSeconds(1));
        Assert.Null(await ReasonAsync(provider));

        await SurvivesAsync(kind, server, provider, directory);
        Assert.Same(pool, directory.PoolOf("catalog"));
        Assert.Equal(0, load.Failed);
        Assert.InRange(load.Calls, 500, int.MaxValue);
        output.WriteLine($"{load.Calls} calls, {load.Failed} failed");
    }

    [Theory]
    [InlineData("etcd")]
    [InlineData("consul")]
    [InlineData("redis")]
    public async Task TooMuch_InACentre_IsNotTakenAndEnds(string kind)
    {
        await using var server = await CentreServer.StartAsync(kind);
        await server.WriteAsync(("Shop/Title", "a"));
        var limits = new Centre.CentreLimits { MaxKeys = 3, MaxBytes = 2000, MaxValueBytes = 2000 };
        var configuration = Configuration(server, options => options.Limits = limits);
        using var end = configuration as IDisposable;
        await server.WriteAsync(("Shop/Title", "b"), ("Shop/Long", new string('x', 20_000)));
        await Wait.UntilAsync("the word of it", () => Centres(configuration).Any(static c => (c.Refused ?? c.Outage)?.Contains("more than", StringComparison.Ordinal) == true));
        Assert.Equal("a", configuration["Shop:Title"]);
        await server.WriteAsync(("Shop/Title", "c"), ("Shop/Long", null), ("x/1", "1"), ("x/2", "1"), ("x/3", "1"));
        await Wait.UntilAsync("the word of it", () => Centres(configuration).Any(static c => c.Refused?.Contains("more than 3 keys", StringComparison.Ordinal) == true));
        await server.WriteAsync(("Shop/Title", "d"), ("x/1", null), ("x/2", null), ("x/3", null));
        await Wait.UntilAsync("news", () => configuration["Shop:Title"] == "d");
        Assert.All(Centres(configuration), static c => Assert.Null(c.Refused ?? c.Outage));
    }

    [Theory]
    [InlineData("etcd")]
    [InlineData("consul")]
    [InlineData("redis")]
    public async Task Change_OfSeveralKeysAtOnce_IsSeenWhole(string kind)
    {
        const int Last = 100;
        await using var server = await CentreServer.StartAsync(kind);
        await WriteAllAsync(server, 0);
        var configuration = Configuration(server);
        using var end = configuration as IDisposable;
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var subscription = Microsoft.Extensions.Primitives.ChangeToken.OnChange(
            configuration.GetReloadToken, () => seen.Enqueue(string.Join(' ', configuration.GetSection("Shop").GetChildren().Select(static c => c.Value).Distinct())));
        for (var i = 1; i <= Last; i++) await WriteAllAsync(server, i);
        await Wait.UntilAsync("the last", () => seen.Contains($"{Last}"));
        Assert.DoesNotContain(seen, static s => s.Contains(' ', StringComparison.Ordinal));
    }

    private static Task WriteAllAsync(CentreServer server, int value) =>
        server.WriteAsync([.. Enumerable.Range(0, 20).Select(i => ($"Shop/Key{i}", (string?)$"{value}"))]);

    [Fact]
    public async Task Secrets_OfAServerThatDoesNotAnswer_AreToldNobody()
    {
        const string Canary = "canary-4711";
        var dead = $"127.0.0.1:{LoopbackPort.Free()}";
        foreach (var from in (Action<Centre.ConfigurationCentreOptions>[])
        [
            c => c.FromEtcd(o => o with { Endpoints = [$"http://{dead}"], UserName = "shop", Password = Canary }),
            c => c.FromConsul(o => o with { Address = new Uri($"http://{dead}"), Token = Canary }),
            c => c.FromRedis(o => o with { Servers = dead, Password = Canary }),
        ])
        {
            var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
            var builder = new ConfigurationBuilder().AddHaConfiguration(CentreServer.Prefix, options =>
            {
                from(options);
                (options.StartTimeout, options.OnEvent) = (TimeSpan.FromMilliseconds(100), e => told.Enqueue($"{e}"));
            });
            var configuration = builder.Build();
            using var end = configuration as IDisposable;
            await Wait.UntilAsync("the word of it", () => !told.IsEmpty);
            Assert.DoesNotContain(told, static t => t.Contains(Canary, StringComparison.Ordinal));
            Assert.DoesNotContain(Centres(configuration), static c => $"{c} {c.Outage}".Contains(Canary, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<Centre.CentreProvider> Centres(IConfigurationRoot configuration) => configuration.Providers.OfType<Centre.CentreProvider>();

    private async Task SurvivesAsync(string kind, CentreServer server, ServiceProvider provider, ServiceDirectory directory)
    {
        await server.Process.KillAsync();
        await Wait.UntilAsync("the word of it", async () => await ReasonAsync(provider) is { } reason && reason.Contains("does not answer", StringComparison.Ordinal));
        Assert.Equal("round-robin", directory.OptionsOf("catalog").Balancer);

        // A program that starts now has what was there last.
        var second = Configuration(server);
        using var end = second as IDisposable;
        Assert.Equal(("round-robin", "4"), (second["HA:Services:catalog:Balancer"], second[$"HA:Services:catalog:Weights:{Second}"]));

        // This Redis keeps nothing: it comes back empty, and that is not believed.
        await server.Process.RestartAsync(keepsData: true);
        await server.WriteAsync(("HA/Services/catalog/Weights/10.0.0.5:81", "3"));
        if (kind == "redis") await server.WriteAsync(("HA/Services/catalog/Balancer", "round-robin"));
        var took = await Wait.UntilAsync("news again", () => directory.OptionsOf("catalog").Weights.GetValueOrDefault("10.0.0.5:81") == 3);
        output.WriteLine($"{kind}: news again {took.TotalMilliseconds:0} ms after a restart");
        await Wait.UntilAsync("all well", async () => await ReasonAsync(provider) is null);
        await Wait.UntilAsync("news for the second one", () => second["HA:Services:catalog:Weights:10.0.0.5:81"] == "3");
    }

    private async Task ReachesAsync(string what, string[] values, Func<string, Task> write, Func<string, bool> isThere)
    {
        List<double> took = [];
        foreach (var value in values)
        {
            await write(value);
            took.Add((await Wait.UntilAsync($"{what} {value}", () => isThere(value))).TotalMilliseconds);
        }

        output.WriteLine($"{what}: {string.Join(", ", took.Select(static t => $"{t:0}"))} ms");
        Assert.True(took.Min() < 1000, $"{what} took {took.Min():0} ms.");
    }

    // What the weights say, by the calls that arrive.
    private static async Task ShareAsync(StubServers servers, int weight)
    {
        var (first, second) = (servers.CallsTo(81), servers.CallsTo(82));
        await Wait.UntilAsync("calls", () => servers.CallsTo(81) >= first + 100);
        Assert.InRange((double)(servers.CallsTo(82) - second) / (servers.CallsTo(81) - first), weight * 0.8, weight * 1.2);
    }

    private IConfigurationRoot Configuration(CentreServer server, Action<Centre.ConfigurationCentreOptions>? configure = null) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Services:catalog:http:0"] = "10.0.0.5:81",
            ["Services:catalog:http:1"] = Second,
            ["HA:Services:catalog:Checker"] = "counting",
        })
        .AddHaConfiguration(CentreServer.Prefix, options =>
        {
            server.From(options);
            options.Folder = _folder;
            configure?.Invoke(options);
        }).Build();

    private static ServiceProvider Services(IConfiguration configuration, CountingChecker checker, StubServers servers, Lines log)
    {
        var services = Shop.Services(configuration);
        services.AddLogging(b => b.AddProvider(log));
        services.AddHighAvailability().AddStaticRegistry().AddHealthChecker("counting", _ => checker);
        services.AddHttpClient<CatalogClient>(static c => c.BaseAddress = new Uri("http://catalog"))
            .ConfigurePrimaryHttpMessageHandler(() => servers).AddHighAvailability();
        services.AddHealthChecks().AddHighAvailability();
        return services.BuildServiceProvider();
    }

    private static async Task<string?> ReasonAsync(ServiceProvider provider) =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["ha-config"].Description;

    /// <summary>Several callers at once, all the time.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task[] _callers;
        private int _calls;
        private int _failed;

        internal Load(ServiceProvider provider) => _callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => CallAsync(provider)))];

        internal int Calls => Volatile.Read(ref _calls);

        internal int Failed => Volatile.Read(ref _failed);

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAll(_callers);
            _end.Dispose();
        }

        private async Task CallAsync(ServiceProvider provider)
        {
            var client = provider.GetRequiredService<CatalogClient>();
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    await client.ItemAsync(Interlocked.Increment(ref _calls));
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref _failed);
                }

                await Task.WhenAny(Task.Delay(2, _end.Token));
            }
        }
    }
}
