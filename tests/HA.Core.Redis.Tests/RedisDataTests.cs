using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>What others wrote, by mistake or on purpose.</summary>
public sealed class RedisDataTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"v\":2}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"a b\",\"port\":80}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"host\",\"port\":0}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"port\":80}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"host\",\"port\":80,\"tags\":[null]}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"host\",\"port\":80,\"metadata\":{\"k\":null}}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"bad\",\"address\":\"host\",\"port\":80,\"status\":\"Sideways\"}")]
    [InlineData("{\"v\":1,\"service\":\"another\",\"id\":\"bad\",\"address\":\"host\",\"port\":80}")]
    [InlineData("{\"v\":1,\"service\":\"SERVICE\",\"id\":\"good\",\"address\":\"host\",\"port\":80}")]
    public async Task Entry_ThatIsPoison_IsSkippedAndCounted(string value)
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "good"), Terms, default);
        await registry.RegisterAsync(Instance(service, "bad"), Terms, default);
        await redis.Server.SendAsync("HSET", $"ha:{{{service}}}:entries", "bad", value.Replace("SERVICE", service, StringComparison.Ordinal));

        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Equal(["good"], catalog.Instances.Select(static i => i.Id));
        Assert.Equal((1L, 1), (registry.SkippedEntries, catalog.Unreadable));
    }

    [Fact]
    public async Task OwnerLine_ThatIsPoison_HidesOnlyItsEntry()
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "good"), Terms, default);
        await registry.RegisterAsync(Instance(service, "bad"), Terms, default);
        await redis.Server.SendAsync("HSET", $"ha:{{{service}}}:owners", "bad", "rubbish");

        Assert.Equal(["good"], (await registry.DiscoverAsync(service, default)).Instances.Select(static i => i.Id));
        // Whoever has a right to the id puts it in order.
        await registry.RegisterAsync(Instance(service, "bad"), Terms, default);
        Assert.Equal(2, (await registry.DiscoverAsync(service, default)).Instances.Length);
    }

    [Theory]
    [InlineData("entries")]
    [InlineData("owners")]
    [InlineData("deadlines")]
    [InlineData("departed")]
    [InlineData("gone")]
    [InlineData("meta")]
    public async Task Key_OfAnotherType_IsNamedInTheError(string key)
    {
        await using var registry = Open();
        var service = NewService();
        if (key is not "deadlines") await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await redis.Server.SendAsync("SET", $"ha:{{{service}}}:{key}", "text");

        var error = await Assert.ThrowsAsync<RegistryException>(
            async () => await registry.RegisterAsync(Instance(service, "a"), Terms with { Owner = "another" }, default));
        Assert.Contains("KeyPrefix", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_ThatTheServerForgot_AreSentAgain()
    {
        await using var registry = Open();
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await redis.Server.SendAsync("SCRIPT", "FLUSH");
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
    }

    [Fact]
    public async Task RequestThatComesLate_AfterTheGoodbye_WritesNothing()
    {
        await using var registry = Open();
        await using var late = new RedisRegistry(Options, new ClockAt(TimeSpan.Zero));
        var service = NewService();
        var held = await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        await registry.DeregisterAsync(held, default);

        await Assert.ThrowsAsync<RegistryException>(async () => await late.RegisterAsync(Instance(service, "a"), Terms, default));
        Assert.Empty((await registry.DiscoverAsync(service, default)).Instances);
    }

    [Fact]
    public async Task RequestThatComesLate_AfterAGoodbyeThatFoundNothing_WritesNothing()
    {
        await using var registry = Open();
        await using var late = new RedisRegistry(Options, new ClockAt(TimeSpan.Zero));
        var service = NewService();
        await registry.DeregisterAsync(new ServiceRegistration(Instance(service, "a"), Terms.Owner, Terms.TimeToLive, ""), default);

        await Assert.ThrowsAsync<RegistryException>(async () => await late.RegisterAsync(Instance(service, "a"), Terms, default));
        var catalog = await registry.DiscoverAsync(service, default);
        Assert.Empty(catalog.Instances);
        // Nobody who was never there has departed.
        Assert.Empty(catalog.Departed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task WallClock_OfAClientThatIsWrong_ChangesNothing(int hours)
    {
        await using var registry = Open();
        await using var wrong = new RedisRegistry(Options, new WallClockOff(TimeSpan.FromHours(hours)));
        var service = NewService();
        await registry.RegisterAsync(Instance(service, "right"), Terms, default);
        var held = await wrong.RegisterAsync(Instance(service, "wrong"), Terms, default);
        Assert.Equal(RenewalResult.Renewed, await wrong.RenewAsync(held, default));

        foreach (var reader in (RedisRegistry[])[wrong, registry])
        {
            var read = (await reader.DiscoverAsync(service, default)).Instances;
            Assert.Equal(["right", "wrong"], read.Select(static i => i.Id));
            Assert.InRange(read[1].RegisteredAt!.Value - read[0].RegisteredAt!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task TwoOwners_OfOneId_NeverTakeTurns()
    {
        await using var registry = Open();
        await using var other = Open();
        var service = NewService();
        var timeToLive = TimeSpan.FromSeconds(1.2);
        var seen = await TwoOwners.ContendAsync(registry, other, port => Instance(service, "a", port), timeToLive, after: timeToLive * 2);
        Assert.Equal(RegistrationState.Registered, seen.Second);
        Assert.Equal([1, 2], seen.Ports.Distinct());
        Assert.Equal(1, seen.Changes);
    }

    [Fact]
    public async Task Watch_WhoseNotificationsAreLost_StillConverges()
    {
        await using var registry = Open();
        await using var mute = new RedisRegistry(Options with { Configure = static o => o.ChannelPrefix = "elsewhere:" });
        var service = NewService();
        await using var watch = mute.WatchAsync(service, default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        // It has looked again, and found nothing: from here on it waits.
        await redis.Server.SendAsync("CONFIG", "RESETSTAT");
        await Wait.UntilAsync("another look", async () =>
            (await redis.Server.SendAsync("INFO", "commandstats")).Contains("cmdstat_evalsha", StringComparison.Ordinal));
        await registry.RegisterAsync(Instance(service, "a"), Terms, default);
        var (took, error) = await Wait.MeasureAsync(async () => Assert.True(await next));
        Assert.Null(error);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }

    private RedisRegistryOptions Options => new() { Servers = redis.Server.Address };

    private RedisRegistry Open() => new(Options);

    private static string NewService() => $"s{ServiceEnvironment.System.NewId()}";

    private static ServiceInstance Instance(string service, string id, int port = 8080) => new(service, id, "10.0.0.5", port);
}
