using System.Collections.Concurrent;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>What others wrote, by mistake or on purpose, and what they find of ours.</summary>
public sealed class ConsulDataTests(ConsulFixture consul) : IClassFixture<ConsulFixture>
{
    private static readonly string[] Tags = ["v2", ""];
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    [Fact]
    public async Task Service_OfAnotherTool_IsAnInstance()
    {
        await using var registry = Open();
        var service = NewService();
        var node = $"node-{consul.Server.Port}";
        await PutAsync("agent/service/register", new
        {
            ID = "web-1",
            Name = service,
            Address = "10.0.0.9",
            Port = 8081,
            Tags,
            Weights = new { Passing = 7, Warning = 1 },
            Meta = new Dictionary<string, string> { ["version"] = "1.2", ["team"] = "red" },
        });
        // No address: the node's. An id that ours may not be: spelt differently, and once more so that two cannot meet.
        await PutAsync("agent/service/register", new { ID = "_task a/b", Name = service, Port = 8082 });
        await PutAsync("agent/service/register", new { ID = "_task a b", Name = service, Port = 8083 });
        await PutAsync("agent/service/register", new { ID = "no-port", Name = service, Address = "10.0.0.9" });

        var catalog = await WhenAsync(registry, service, static c => c.Instances.Length == 3);
        var web = catalog.Instances.Single(static i => i.Port == 8081);
        Assert.Equal(($"web-1@{node}", "10.0.0.9", 7, "1.2", "red"), (web.Id, web.Address, web.Weight, web.Version, web.Metadata["team"]));
        Assert.Equal("v2", Assert.Single(web.Tags));
        Assert.All(catalog.Instances.Where(static i => i.Port != 8081), static i =>
        {
            Assert.StartsWith("x_task-a-b@", i.Id, StringComparison.Ordinal);
            Assert.Equal("127.0.0.1", i.Address);
        });
        Assert.True(registry.SkippedEntries > 0, "the one without a port was not counted");
        Assert.Equal(1, catalog.Unreadable);
    }

    [Fact]
    public async Task Service_OfAnotherTool_WhoseCheckFails_IsDown()
    {
        await using var registry = Open();
        var service = NewService();
        await PutAsync("agent/service/register", new { ID = $"{service}-1", Name = service, Port = 80, Check = new { TTL = "60s", Status = "critical" } });
        Assert.Equal(ServiceStatus.Down, (await WhenAsync(registry, service, static c => c.Instances.Length == 1)).Instances[0].Status);
    }

    [Theory]
    [InlineData("ha_0", "not json")]
    [InlineData("ha_0", "{\"v\":2}")]
    [InlineData("ha_0", "{\"v\":1,\"service\":\"another\",\"id\":\"bad\",\"address\":\"host\",\"port\":80}")]
    [InlineData("ha_0", "{\"v\":1,\"service\":\"SERVICE\",\"id\":\"good\",\"address\":\"host\",\"port\":80}")]
    [InlineData("ha_0", "{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"a b\",\"port\":80}")]
    [InlineData("ha_0", null)]
    [InlineData("ha_since", "yesterday")]
    [InlineData("ha_since", "99999999999999999")]
    [InlineData("ha_id", "bad/../id")]
    public async Task Entry_ThatIsPoison_IsSkippedAndCounted(string key, string? value)
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "good"), Terms, default);
        var poison = ConsulEntry.Describe(Instance(service, "bad"), "owner", TimeSpan.FromMinutes(1), 0, DateTimeOffset.UnixEpoch);
        if (value is null) poison.Meta.Remove(key);
        else poison.Meta[key] = value.Replace("SERVICE", service, StringComparison.Ordinal);
        await PutAsync("agent/service/register", poison);
        await Wait.UntilAsync("the poison", async () =>
        {
            await registry.DiscoverAsync(service, default);
            return registry.SkippedEntries > 0;
        });

        Assert.Equal(["good"], (await registry.DiscoverAsync(service, default)).Instances.Select(static i => i.Id));
        // Whoever has a right to the id puts it in order.
        await registry.RegisterAsync(Instance(service, "bad"), Terms, default);
        Assert.Equal(2, (await registry.DiscoverAsync(service, default)).Instances.Length);
    }

    [Fact]
    public async Task Departures_ThatAreRubbish_NameNobody()
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        foreach (var key in new[] { "a", "..%2f..", "deep/er", "%20" })
            await consul.Server.SendAsync(HttpMethod.Put, $"kv/ha/departed/{service}/{key}", "nobody");

        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Single(catalog.Instances);
        Assert.Empty(catalog.Departed);
    }

    [Fact]
    public async Task Entry_ShowsOtherToolsWhatTheyNeed()
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(
            new ServiceInstance(service, "a", "10.0.0.5", 8080) { Tags = ["v2"], Weight = 5 }, Terms, default);
        var text = await consul.Server.SendAsync(HttpMethod.Get, $"catalog/service/{service}?tag=v2");
        Assert.Contains("\"ServiceAddress\":\"10.0.0.5\"", Unspaced(text), StringComparison.Ordinal);
        Assert.Contains("\"ServicePort\":8080", Unspaced(text), StringComparison.Ordinal);
        Assert.Contains("\"Passing\":5", Unspaced(text), StringComparison.Ordinal);
        Assert.NotEqual("[]", Unspaced(await consul.Server.SendAsync(HttpMethod.Get, $"health/service/{service}?passing=1")));
    }

    [Fact]
    public async Task Entry_IsPassing_FromTheFirstMomentThatItIsSeen()
    {
        await using var registry = Open();
        var service = NewService();
        using var end = new CancellationTokenSource();
        var seen = new ConcurrentQueue<string>();
        var looking = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested) seen.Enqueue(Unspaced(await consul.Server.SendAsync(HttpMethod.Get, $"health/service/{service}")));
        });
        for (var i = 0; i < 20; i++) await registry.RegisterAsync(Instance(service, $"i{i}"), Terms, default);
        await end.CancelAsync();
        await looking;
        Assert.DoesNotContain(seen, static s => s.Contains("\"Status\":\"critical\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Maintenance_OfAnEntry_IsDraining_AndKeptWhileItLives()
    {
        await using var registry = Open();
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await consul.Server.SendAsync(HttpMethod.Put, $"agent/service/maintenance/{held.Lease}?enable=true&reason=drill");
        await WhenAsync(registry, service, static c => c.Instances is [{ Status: ServiceStatus.Draining }]);
        // An update of the instance is no reason to undo what an operator did.
        await registry.RegisterAsync(Instance(service, "a").WithWeight(3), Terms with { TakeOver = false }, default);
        await WhenAsync(registry, service, static c => c.Instances is [{ Status: ServiceStatus.Draining, Weight: 3 }]);
    }

    [Fact]
    public async Task Maintenance_OfAnEarlierLife_IsClearedByRegistering()
    {
        await using var registry = Open();
        var service = NewService();
        var terms = Terms with { TimeToLive = TimeSpan.FromSeconds(1) };
        var held = await registry.RegisterAsync(Instance(service, "a"), terms, default);
        await consul.Server.SendAsync(HttpMethod.Put, $"agent/service/maintenance/{held.Lease}?enable=true&reason=drill");
        await WhenAsync(registry, service, static c => c.Instances.IsEmpty);
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        Assert.Equal(ServiceStatus.Up, (await registry.DiscoverAsync(service, default)).Instances.Single().Status);
    }

    [Fact]
    public async Task TwoOwners_OfOneId_NeverTakeTurns()
    {
        await using var registry = Open();
        await using var other = Open();
        var service = NewService();
        var timeToLive = TimeSpan.FromSeconds(1.5);
        var seen = await TwoOwners.ContendAsync(registry, other, port => Instance(service, "a", port), timeToLive, after: timeToLive * 2);
        Assert.Equal(RegistrationState.Registered, seen.Second);
        Assert.Equal(1, seen.Changes);
    }

    [Fact]
    public async Task TakeOversAtOnce_EndWithOneHolder_AndFenceTheRest()
    {
        var service = NewService();
        var registries = Enumerable.Range(0, 4).Select(_ => Open()).ToArray();
        var taken = await Task.WhenAll(registries.Select(async (registry, i) =>
        {
            try
            {
                return await registry.RegisterAsync(Instance(service, "a", 8000 + i), Terms with { Owner = $"o{i}" }, default);
            }
            catch (RegistrationFencedException)
            {
                return null;
            }
        }));

        var only = (await registries[0].DiscoverAsync(service, default)).Instances.Single();
        for (var i = 0; i < taken.Length; i++)
        {
            if (taken[i] is not { } registration) continue;
            var expected = registration.Instance.Port == only.Port ? RenewalResult.Renewed : RenewalResult.Fenced;
            Assert.Equal(expected, await registries[i].RenewAsync(registration, default));
        }

        foreach (var registry in registries) await registry.DisposeAsync();
    }

    [Fact]
    public async Task WriteThatComesLate_AfterTheGoodbye_ShowsNobody()
    {
        await using var registry = Open();
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held, default);
        // As if the agent had been slow with a request that was sent before.
        await PutAsync("agent/service/register", ConsulEntry.Describe(Instance(service, "a"), "owner", TimeSpan.FromMinutes(1), 0, DateTimeOffset.UnixEpoch));
        await Wait.UntilAsync("the late write", async () =>
            (await consul.Server.SendAsync(HttpMethod.Get, $"health/service/{service}")).Contains("ha_id", StringComparison.Ordinal));

        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Empty(catalog.Instances);
        Assert.Equal("a", Assert.Single(catalog.Departed));
        // It is the owner's to come back.
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        Assert.Single((await registry.DiscoverAsync(service, default)).Instances);
    }

    [Fact]
    public async Task Departures_TurnedOff_TouchNoKeys()
    {
        await using var registry = new ConsulRegistry(Options with { RememberDepartures = false });
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held, default);
        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Empty(catalog.Instances);
        Assert.Empty(catalog.Departed);
        Assert.Equal(TimeSpan.Zero, registry.Capabilities.DepartureMemory);
    }

    [Fact]
    public async Task Watchers_OfOneService_AskOnceAtATime()
    {
        var counting = new CountingHandler();
        await using var registry = new ConsulRegistry(Options with { MessageHandler = counting });
        var service = NewService();
        await using var pools = new HA.Core.Http.HaServiceClient(registry);
        var calls = Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(
            async () => await pools.GetAsync<string>(service, "/"))).ToArray();
        await Task.WhenAll(calls);
        await using var writer = Open();
        for (var i = 0; i < 5; i++) await writer.RegisterAsync(Instance(service, $"i{i}"), Terms, default);
        await Wait.UntilAsync("a change was told", () => counting.Count > 3);
        Assert.Equal(1, counting.MostAtOnce);
    }

    private ConsulRegistryOptions Options => new() { Address = consul.Server.Address };

    private ConsulRegistry Open() => new(Options);

    private Task<string> PutAsync(string path, object body) => consul.Server.SendAsync(HttpMethod.Put, path, body);

    private static async Task<ServiceCatalog> WhenAsync(ConsulRegistry registry, string service, Func<ServiceCatalog, bool> isRight)
    {
        ServiceCatalog? last = null;
        try
        {
            await Wait.UntilAsync("the right catalog", async () => isRight(last = await registry.DiscoverAsync(service, default)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The last one: {string.Join(", ", last!.Instances.Select(static i => $"{i} {i.Status}"))}.", e);
        }

        return last!;
    }

    private static string Unspaced(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    private static string NewService() => $"s{ServiceEnvironment.System.NewId()}";

    private static ServiceInstance Instance(string service, string id, int port = 8080) => new(service, id, "10.0.0.5", port);

    /// <summary>Counts requests for lists, and how many there are at once.</summary>
    private sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _now;
        private int _count;

        internal int Count => Volatile.Read(ref _count);

        internal int MostAtOnce { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.Contains("/health/service/", StringComparison.Ordinal)) return await base.SendAsync(request, cancellationToken);
            Interlocked.Increment(ref _count);
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _now));
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _now);
            }
        }
    }
}
