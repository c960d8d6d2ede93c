using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>Messages that tell what changed: followed while none is missing, and never believed against a read.</summary>
public sealed class RedisMessageTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly RegistrationTerms Terms = new("owner", TimeSpan.FromMinutes(1), TakeOver: true);

    private readonly string _service = $"s{ServiceEnvironment.System.NewId()}";

    [Fact]
    public async Task Watch_MessagesInOrder_AreFollowedWithoutAsking()
    {
        await using var registry = Open();
        await RegisterAsync(registry, "m");
        await using var watch = await WatchAsync(registry);
        Assert.Equal(["m"], Ids(watch.Current));
        await redis.Server.SendAsync("CONFIG", "RESETSTAT");

        await RegisterAsync(registry, "a");
        Assert.Equal(["a", "m"], await NextAsync(watch));
        var z = await RegisterAsync(registry, "z");
        Assert.Equal(["a", "m", "z"], await NextAsync(watch));
        await RegisterAsync(registry, "a", weight: 7);
        Assert.Equal(["a", "m", "z"], await NextAsync(watch));
        Assert.Equal([7, 1, 1], watch.Current.Instances.Select(static i => i.Weight));
        await registry.DeregisterAsync(z, default);
        Assert.Equal(["a", "m"], await NextAsync(watch));
        Assert.Equal("z", Assert.Single(watch.Current.Departed));
        await RegisterAsync(registry, "z");
        Assert.Equal(["a", "m", "z"], await NextAsync(watch));
        Assert.Empty(watch.Current.Departed);
        // Five writes, and nobody asked for the list: each script begins by asking for the time.
        Assert.Contains("cmdstat_time:calls=5,", await redis.Server.SendAsync("INFO", "commandstats"), StringComparison.Ordinal);

        var read = await registry.DiscoverAsync(_service, default);
        Assert.Equal(read.Instances.AsEnumerable(), watch.Current.Instances.AsEnumerable());
        Assert.Equal(read.Revision, watch.Current.Revision);
    }

    [Fact]
    public async Task Watch_AMessageIsMissing_ReadsTheList()
    {
        await using var registry = Open();
        await RegisterAsync(registry, "a");
        var b = await RegisterAsync(registry, "b");
        await using var watch = await WatchAsync(registry);
        // As if somebody had removed it, and the message had been lost.
        foreach (var (key, command) in ((string, string)[])[("deadlines", "ZREM"), ("entries", "HDEL"), ("owners", "HDEL")])
            await redis.Server.SendAsync(command, Key(key), b.Instance.Id);
        await redis.Server.SendAsync("HINCRBY", Key("meta"), "revision", "1");

        await RegisterAsync(registry, "c");
        Assert.Equal(["a", "c"], await NextAsync(watch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("[\"EPOCH\",\"NEXT\"]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"put\"]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"put\",\"x\",\"not json\",\"1:1:owner\"]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"put\",\"x\",null,null]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"left\",\"a b\"]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"ended\"]")]
    [InlineData("[\"EPOCH\",\"NEXT\",\"later\",\"a\"]")]
    [InlineData("[\"EPOCH\",\"-5\",\"ended\",\"a\"]")]
    [InlineData("[\"EPOCH\",\"99999999999999999999\",\"ended\",\"a\"]")]
    [InlineData("[\"another\",\"NEXT\",\"ended\",\"a\"]")]
    public async Task Watch_AMessageThatIsNone_ChangesNothing(string message)
    {
        await using var registry = Open();
        await RegisterAsync(registry, "a");
        await using var watch = await WatchAsync(registry);
        await PublishAsync(message, watch.Current.Revision + 1);

        await RegisterAsync(registry, "b");
        Assert.Equal(["a", "b"], await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_AnOldMessage_IsPassedOver()
    {
        await using var registry = Open();
        await RegisterAsync(registry, "a");
        await using var watch = await WatchAsync(registry);
        await PublishAsync("[\"EPOCH\",\"NEXT\",\"ended\",\"a\"]", watch.Current.Revision);

        await RegisterAsync(registry, "b");
        Assert.Equal(["a", "b"], await NextAsync(watch));
    }

    [Fact]
    public async Task Watch_AForgedMessage_IsCorrectedByTheNextRead()
    {
        await using var registry = Open();
        await RegisterAsync(registry, "a");
        await using var watch = await WatchAsync(registry);
        await PublishAsync("[\"EPOCH\",\"NEXT\",\"ended\",\"a\"]", watch.Current.Revision + 1);
        Assert.Empty(await NextAsync(watch));

        // Anything that makes it look.
        await PublishAsync("", 0);
        await Assert.ThrowsAsync<RedisResetException>(async () => await watch.MoveNextAsync());
        await using var again = await WatchAsync(registry);
        Assert.Equal(["a"], Ids(again.Current));
    }

    [Fact]
    public async Task Watch_ManyDepartures_KnowsAll()
    {
        await using var registry = Open();
        var all = Enumerable.Range(10, 80).Select(static i => $"i-{i}").ToArray();
        var held = await Task.WhenAll(all.Select(id => RegisterAsync(registry, id)));
        await using var watch = await WatchAsync(registry);
        foreach (var registration in held) await registry.DeregisterAsync(registration, default);

        while (!watch.Current.Instances.IsEmpty) await NextAsync(watch);
        Assert.Equal(all, watch.Current.Departed.AsEnumerable());
    }

    // It never looks by itself: what it learns, it learns from messages.
    private RedisRegistry Open() => new(new RedisRegistryOptions { Servers = redis.Server.Address, SweepInterval = TimeSpan.FromHours(1) });

    private async Task<ServiceRegistration> RegisterAsync(RedisRegistry registry, string id, int weight = 1) =>
        await registry.RegisterAsync(new ServiceInstance(_service, id, "10.0.0.5", 8080) { Weight = weight }, Terms, default);

    private async Task<IAsyncEnumerator<ServiceCatalog>> WatchAsync(RedisRegistry registry)
    {
        var watch = registry.WatchAsync(_service, default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        // Subscribing is not waited for: it is a hint. Here nothing else would come.
        await Wait.UntilAsync("a listener", async () =>
            (await redis.Server.SendAsync("PUBSUB", "NUMSUB", Channel)).Contains("\r\n:1\r\n", StringComparison.Ordinal));
        return watch;
    }

    private static async Task<string[]> NextAsync(IAsyncEnumerator<ServiceCatalog> watch)
    {
        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        return Ids(watch.Current);
    }

    private async Task PublishAsync(string message, long revision)
    {
        var epoch = (await redis.Server.SendAsync("HGET", Key("meta"), "epoch")).Split("\r\n")[1];
        await redis.Server.SendAsync("PUBLISH", Channel, message
            .Replace("EPOCH", epoch, StringComparison.Ordinal).Replace("NEXT", $"{revision}", StringComparison.Ordinal));
    }

    private string Channel => Key("changed");

    private string Key(string name) => $"ha:{{{_service}}}:{name}";

    private static string[] Ids(ServiceCatalog catalog) => [.. catalog.Instances.Select(static i => i.Id)];
}
