using System.Diagnostics.Metrics;
using HA.Core.Hosting.Centre;
using HA.Core.Servers;
using HA.Core.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace HA.Core.Hosting.Tests;

public sealed class CentreProviderTests : IDisposable
{
    private const string Balancer = "HA:Services:catalog:Balancer";

    private static readonly (string Key, string? Value)[] Local =
    [
        ("Services:catalog:http:0", "10.0.0.5:81"), ("Services:catalog:http:1", "10.0.0.6:82"), (Balancer, "random"),
    ];

    private readonly FakeCentre _centre = new();
    private readonly Lines _log = new();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly List<IConfigurationRoot> _roots = [];

    public void Dispose()
    {
        foreach (var root in _roots) (root as IDisposable)?.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private IConfigurationRoot Configuration(Action<ConfigurationCentreOptions>? configure = null, FakeCentre? centre = null)
    {
        var root = (centre ?? _centre).Over(configure, Local);
        _roots.Add(root);
        return root;
    }

    private ServiceProvider Services(IConfiguration configuration)
    {
        var services = Shop.Services(configuration);
        services.AddLogging(b => b.AddProvider(_log));
        services.AddHighAvailability().AddStaticRegistry();
        services.AddHealthChecks().AddHighAvailability();
        return services.BuildServiceProvider();
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider provider) =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["ha-config"];

    [Fact]
    public void Start_WithAnAnswer_HasItBeforeAnythingElse()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "p2c"), ("Shop/Title", "Sale"));
        var configuration = Configuration();
        Assert.Equal(("p2c", "Sale"), (configuration[Balancer], configuration["Shop:Title"]));
        Assert.Equal(["Title"], configuration.GetSection("Shop").GetChildren().Select(static c => c.Key));
        Assert.Equal([CentreEventKind.Applied], _centre.Kinds);
    }

    [Fact]
    public async Task Change_OfSeveralKeys_IsSeenWholeByWhoeverIsToldOfIt()
    {
        _centre.Say(("Shop/A", "0"), ("Shop/B", "0"));
        var configuration = Configuration();
        var seen = new List<(string?, string?)>();
        using var subscription = ChangeToken.OnChange(configuration.GetReloadToken, () => seen.Add((configuration["Shop:A"], configuration["Shop:B"])));
        for (var i = 1; i <= 20; i++) _centre.Say(("Shop/A", $"{i}"), ("Shop/B", $"{i}"));
        _centre.Say(("Shop/A", "21"));
        await Wait.UntilAsync("the last", () => configuration["Shop:A"] == "21" && configuration["Shop:B"] is null);
        Assert.All(seen.SkipLast(1), static s => Assert.Equal(s.Item1, s.Item2));
    }

    [Fact]
    public async Task Change_ThatWillNotDo_ChangesNothingButACounterALogLineAndAHealthCheck()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "round-robin"), ("Shop/Title", "Sale"));
        var configuration = Configuration();
        await using var provider = Services(configuration);
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        var directory = provider.GetRequiredService<ServiceDirectory>();
        var pool = directory.PoolOf("catalog");
        var reloads = 0;
        using var subscription = ChangeToken.OnChange(configuration.GetReloadToken, () => reloads++);

        // Well formed, but no such balancer: only the services know that.
        _centre.Say(("HA/Services/catalog/Balancer", "round-robbin"), ("HA/Services/catalog/Call/Deadline", "1s"), ("Shop/Title", "Closed"));
        await Wait.UntilAsync("the counter", () => recorder.Records.Contains("hacore.config.reloads 1 hacore.reload.result=rejected"));
        Assert.Equal(("round-robin", null, "Sale"), (configuration[Balancer], configuration["HA:Services:catalog:Call:Deadline"], configuration["Shop:Title"]));
        Assert.Equal("round-robin", directory.OptionsOf("catalog").Balancer);
        Assert.Same(pool, directory.PoolOf("catalog"));
        Assert.Equal(0, reloads);
        Assert.Contains(_log.All, static l => l.StartsWith("Warning 1511", StringComparison.Ordinal) && l.Contains("round-robbin", StringComparison.Ordinal));
        var entry = await CheckAsync(provider);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("Did you mean 'round-robin'?", entry.Description, StringComparison.Ordinal);

        _centre.Say(("HA/Services/catalog/Balancer", "maglev"), ("HA/Services/catalog/Call/Deadline", "1s"));
        await Wait.UntilAsync("the next", () => directory.OptionsOf("catalog").Balancer == "maglev");
        Assert.Equal(TimeSpan.FromSeconds(1), directory.OptionsOf("catalog").Call.Deadline);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);
        Assert.Contains("hacore.config.reloads 1 hacore.reload.result=applied", recorder.Records);
    }

    [Fact]
    public async Task Change_BackToWhatIsUsed_SettlesTheDoubt()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "maglev"));
        await using var provider = Services(Configuration());
        _ = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
        _centre.Say(("HA/Services/catalog/Balancer", "nonsense"));
        await Wait.UntilAsync("the refusal", () => _centre.Kinds.Contains(CentreEventKind.Rejected));
        _centre.Say(("HA/Services/catalog/Balancer", "maglev"));
        await Wait.UntilAsync("the end of it", () => _centre.Kinds.Contains(CentreEventKind.Settled));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);
    }

    [Fact]
    public async Task Start_WithAValueThatWillNotDo_StartsWithTheLocalOnes()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "no-such"));
        await using var provider = Services(Configuration());
        Assert.Equal("random", provider.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer);
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(provider)).Status);
        Assert.Contains(_log.All, static l => l.StartsWith("Warning 1511", StringComparison.Ordinal));
    }

    [Fact]
    public void Start_WithALocalValueThatWillNotDo_StillSaysSo()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "p2c"));
        var configuration = Configuration();
        configuration["HA:Defaults:Call:Deadline"] = "10";
        using var provider = Services(configuration);
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<HighAvailabilityOptions>>().Value);
        Assert.Contains("HA:Defaults:Call:Deadline is '10'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutTheCentre_TakesTheLastGoodFromDisk()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "maglev"));
        await using (var provider = Services(Configuration(o => o.Folder = _folder)))
        {
            _ = provider.GetRequiredService<ServiceDirectory>().PoolOf("catalog");
            // It will not do, so it is not kept.
            _centre.Say(("HA/Services/catalog/Balancer", "no-such"));
            await Wait.UntilAsync("the refusal", () => _centre.Kinds.Contains(CentreEventKind.Rejected));
        }

        var file = Assert.Single(Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        foreach (var error in (Exception[])[new IOException("it is away"), new CentreException("there is too much")])
        {
            var dead = new FakeCentre { OnWatch = () => error };
            await using var provider = Services(Configuration(o => o.Folder = _folder, dead));
            Assert.Equal("maglev", provider.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer);
            Assert.Contains(CentreEventKind.Restored, dead.Kinds);
            Assert.Equal(HealthStatus.Degraded, (await CheckAsync(provider)).Status);
        }

        // A value that will not do at the start is no better than no answer.
        var wrong = new FakeCentre();
        wrong.Say(("HA/Services/catalog/Balancer", "no-such"));
        await using var third = Services(Configuration(o => o.Folder = _folder, wrong));
        Assert.Equal("maglev", third.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer);

        File.WriteAllText(file, "{ torn");
        var alone = new FakeCentre { OnWatch = static () => new IOException("it is away") };
        Assert.Equal("random", Configuration(o => (o.Folder, o.StartTimeout) = (_folder, TimeSpan.FromMilliseconds(50)), alone)[Balancer]);
        Assert.Contains(CentreEventKind.StoreFailed, alone.Kinds);
    }

    [Fact]
    public void Start_WithoutAnything_GoesOnUnlessItIsRequired()
    {
        var dead = new FakeCentre { OnWatch = static () => new IOException("it is away") };
        Assert.Equal("random", Configuration(static o => o.StartTimeout = TimeSpan.FromMilliseconds(50), dead)[Balancer]);
        var error = Assert.Throws<CentreException>(() => Configuration(
            static o => (o.StartTimeout, o.IsRequired) = (TimeSpan.FromMilliseconds(50), true), new FakeCentre { OnWatch = static () => new IOException("it is away") }));
        Assert.Contains("it is away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emptiness_AfterSomething_IsNotBelieved()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "maglev"));
        var configuration = Configuration();
        _centre.Say();
        await Wait.UntilAsync("the refusal", () => _centre.Kinds.Contains(CentreEventKind.Rejected));
        Assert.Equal("maglev", configuration[Balancer]);
        _centre.Say(("none", ""));
        await Wait.UntilAsync("the local value", () => configuration[Balancer] == "random");
    }

    [Fact]
    public async Task KeysThatMayNotBeSet_AreLeftOutAndCountedOnce()
    {
        _centre.Say(("HA/Registries/etcd/Endpoints", "http://evil:2379"), ("HA/Services/catalog/Balancer", "p2c"));
        var configuration = Configuration();
        await using var provider = Services(configuration);
        using var recorder = new Recorder(provider.GetRequiredService<IMeterFactory>());
        _ = provider.GetRequiredService<ServiceDirectory>();
        _centre.Say(("HA/Registries/etcd/Endpoints", "http://evil:2379"), ("HA/Services/catalog/Balancer", "maglev"));
        await Wait.UntilAsync("the change", () => configuration[Balancer] == "maglev");
        Assert.Null(configuration["HA:Registries:etcd:Endpoints"]);
        Assert.Single(_log.All, static l => l.StartsWith("Warning 1516", StringComparison.Ordinal) && l.Contains("HA:Registries:etcd:Endpoints", StringComparison.Ordinal));
        Assert.Single(recorder.Records, static r => r.StartsWith("hacore.config.denials 1", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.All, static l => l.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Listener_ThatBreaks_DoesNotEndTheFollowing()
    {
        _centre.Say(("Shop/Title", "a"));
        var configuration = Configuration();
        using var subscription = ChangeToken.OnChange(configuration.GetReloadToken, static () => throw new InvalidOperationException("broken listener"));
        _centre.Say(("Shop/Title", "b"));
        await Wait.UntilAsync("the word of it", () => _centre.Kinds.Contains(CentreEventKind.ListenerFailed));
        _centre.Say(("Shop/Title", "c"));
        await Wait.UntilAsync("the next", () => configuration["Shop:Title"] == "c");
    }

    [Fact]
    public async Task Outage_IsToldOnce_AndEnds()
    {
        _centre.Say(("Shop/Title", "a"));
        var configuration = Configuration();
        await using var provider = Services(configuration);
        _ = provider.GetRequiredService<ServiceDirectory>();
        for (var i = 0; i < 3; i++) _centre.Fail(new IOException("it is away"));
        await Wait.UntilAsync("three failures", () => _centre.Watches == 4);
        Assert.Equal("a", configuration["Shop:Title"]);
        Assert.Contains("it is away", (await CheckAsync(provider)).Description, StringComparison.Ordinal);
        _centre.Say(("Shop/Title", "b"));
        await Wait.UntilAsync("the change", () => configuration["Shop:Title"] == "b");
        Assert.Equal([CentreEventKind.Applied, CentreEventKind.Lost, CentreEventKind.Recovered, CentreEventKind.Applied], _centre.Kinds);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(provider)).Status);
    }

    [Fact]
    public void Outage_IsWaitedOutWithBackoffAndJitter() => Simulator.Run(3, async simulation =>
    {
        List<TimeSpan> asked = [];
        var options = new ConfigurationCentreOptions("ha/shop", new ConfigurationBuilder().Build()) { Environment = simulation.Environment };
        var centre = new FakeCentre
        {
            OnWatch = () =>
        {
            asked.Add(simulation.Now);
            return new IOException("it is away");
        }
        };
        options.From(_ => centre);
        using var provider = new CentreProvider(options);
        Assert.True(provider.Start());
        Assert.False(provider.Start());
        await simulation.DelayAsync(TimeSpan.FromMinutes(10));
        var waits = asked.Zip(asked.Skip(1), static (a, b) => b - a).ToArray();
        Assert.InRange(waits[0], TimeSpan.Zero, TimeSpan.FromSeconds(0.2));
        Assert.All(waits, static w => Assert.InRange(w, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        // Half of ten seconds on average, each at random.
        Assert.InRange(asked.Count, 90, 180);
        Assert.True(waits.Distinct().Count() > waits.Length * 9 / 10);
        provider.Dispose();
        await simulation.DelayAsync(TimeSpan.FromMilliseconds(1));
        Assert.True(centre.IsDisposed);
        Assert.Empty(simulation.RunningLoops);
    });

    [Fact]
    public async Task Host_WithACentre_FollowsItAndEndsWithIt()
    {
        _centre.Say(("HA/Services/catalog/Balancer", "p2c"));
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddHaConfiguration("ha/shop", c => c.From(_ => _centre));
        builder.Configuration.AddInMemoryCollection([new("Services:catalog:http:0", "10.0.0.5:81")]);
        builder.Services.AddHighAvailability().AddStaticRegistry();
        builder.Logging.ClearProviders().AddProvider(_log);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            Assert.Equal("p2c", host.Services.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer);
            // What happened before there was a log.
            Assert.Contains(_log.All, static l => l.StartsWith("Information 1510", StringComparison.Ordinal));
            _centre.Say(("HA/Services/catalog/Balancer", "maglev"));
            await Wait.UntilAsync("the change", () => host.Services.GetRequiredService<ServiceDirectory>().OptionsOf("catalog").Balancer == "maglev");
            await host.StopAsync();
        }

        await Wait.UntilAsync("the end", () => _centre.IsDisposed);
    }

    [Fact]
    public void AddHaConfiguration_WithoutACentreOrPrefix_SaysWhatIsMissing()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new ConfigurationBuilder().AddHaConfiguration("ha/shop", static _ => { }).Build());
        Assert.Contains("FromEtcd", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ConfigurationBuilder().AddHaConfiguration("/", static _ => { }));
        Assert.Throws<ArgumentException>(() => new ConfigurationBuilder().AddHaConfiguration("a b", static _ => { }));
        var local = new ConfigurationBuilder().AddInMemoryCollection([new("HA:Registries:etcd:Endpoints", "ftp://x"), new("HA:Registries:etcd:Pasword", "secret")]);
        var wrong = Assert.Throws<OptionsValidationException>(() => local.AddHaConfiguration("ha/shop", static c => c.FromEtcd()));
        Assert.Contains("Did you mean 'Password'?", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }
}
