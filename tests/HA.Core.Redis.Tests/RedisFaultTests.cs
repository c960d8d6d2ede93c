using System.Collections.Concurrent;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>What a server of its own does to keepers, watchers and callers when it dies, forgets or hangs.</summary>
public sealed class RedisFaultTests
{
    private static readonly RegistrationOptions Keeping = new() { TimeToLive = TimeSpan.FromSeconds(3) };

    // A third of the time to live and a second, and the client's own second to reconnect; the rest is for a busy machine.
    private static readonly TimeSpan BackWithin = (Keeping.TimeToLive / 3) + TimeSpan.FromSeconds(1);

    static RedisFaultTests() => MachineStalls.Observe();

    [Fact]
    public async Task Keeper_AfterARestartWithoutData_RegistersAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server);
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await server.Process.RestartAsync(keepsData: false);

        var took = await Wait.UntilAsync("registered again", async () => (await FindAsync(server)).Length == 1);
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin);
    }

    [Fact]
    public async Task Keeper_AfterAWipe_RegistersAgain()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server);
        await using var keeper = new RegistrationKeeper(registry, Instance("a"), options: Keeping);
        await keeper.WaitUntilRegisteredAsync();
        await server.SendAsync("FLUSHALL");

        var took = await Wait.UntilAsync("registered again", async () => (await FindAsync(server)).Length == 1);
        Assert.InRange(took - MachineStalls.During(took), TimeSpan.MinValue, BackWithin);
    }

    [Fact]
    public async Task Watcher_AfterARestart_Converges()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server);
        var ids = new ConcurrentQueue<string>();
        var last = "";
        await using var watcher = new CatalogWatcher(
            registry, "orders", c => ids.Enqueue(last = string.Join(',', c.Instances.Select(static i => i.Id))));
        await registry.RegisterAsync(Instance("before"), Terms("o"), default);
        await Wait.UntilAsync("the first instance", () => last == "before");
        await server.Process.RestartAsync(keepsData: false);
        await Wait.UntilAsync("a registration", async () =>
            await Record.ExceptionAsync(async () => await registry.RegisterAsync(Instance("before"), Terms("o"), default)) is null);
        await registry.RegisterAsync(Instance("later"), Terms("o"), default);

        await Wait.UntilAsync("both instances", () => last == "before,later");
        // The empty server in between was never believed.
        Assert.DoesNotContain("", ids.Skip(1));
    }

    [Fact]
    public async Task Watch_AfterAWipe_EndsWithReset()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server);
        await registry.RegisterAsync(Instance("a"), Terms("o"), default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var before = watch.Current.Revision;
        await server.SendAsync("FLUSHALL");

        var (_, error) = await Wait.MeasureAsync(() => watch.MoveNextAsync().AsTask());
        Assert.IsType<RedisResetException>(error);
        await registry.RegisterAsync(Instance("a"), Terms("o"), default);
        Assert.True((await registry.DiscoverAsync("orders", default)).Revision > before, "the revision went back");
    }

    [Fact]
    public async Task Calls_ToAFrozenServer_EndByTheirDeadline()
    {
        await using var server = await RedisServer.StartAsync();
        var registry = Open(server, TimeSpan.FromSeconds(1));
        var held = await registry.RegisterAsync(Instance("a"), Terms("o"), default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        server.Process.Freeze();

        Func<Task>[] calls =
        [
            async () => await registry.DiscoverAsync("orders", default), async () => await registry.RenewAsync(held, default),
            async () => await registry.RegisterAsync(Instance("b"), Terms("o"), default), async () => await registry.DeregisterAsync(held, default),
            async () => await watch.MoveNextAsync(),
        ];
        var ended = await Task.WhenAll(calls.Select(Wait.MeasureAsync));
        Assert.All(ended, static e => Assert.IsType<RegistryException>(e.Error));
        // Who shares a connection with a call that has met its deadline may end with that one.
        Assert.InRange(ended.Max(static e => e.Took), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));

        var (closing, problem) = await Wait.MeasureAsync(() => registry.DisposeAsync().AsTask());
        Assert.Null(problem);
        Assert.InRange(closing, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task FirstCall_ToAFrozenServer_EndsByItsDeadline()
    {
        await using var server = await RedisServer.StartAsync();
        server.Process.Freeze();
        var registry = Open(server, TimeSpan.FromSeconds(1));
        var (took, error) = await Wait.MeasureAsync(async () => await registry.DiscoverAsync("orders", default));
        Assert.IsType<RegistryException>(error);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        var (closing, _) = await Wait.MeasureAsync(() => registry.DisposeAsync().AsTask());
        Assert.InRange(closing, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Freeze_LongerThanTheLives_TakesNobodyWhoRenews()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server);
        // Patient, so that its look is still under way when the server wakes, before those who renew.
        await using var looking = Open(server, TimeSpan.FromSeconds(20));
        var keepers = Enumerable.Range(0, 10).Select(i => new RegistrationKeeper(registry, Instance($"i{i}"), options: Keeping)).ToArray();
        foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync();
        using var end = new CancellationTokenSource();
        var told = new ConcurrentQueue<int>();
        var watching = Task.Run(async () =>
        {
            await foreach (var catalog in looking.WatchAsync("orders", end.Token)) told.Enqueue(catalog.Instances.Length);
        });
        await Wait.UntilAsync("all ten", () => told.LastOrDefault() == 10);
        told.Clear();
        server.Process.Freeze();
        await Task.Delay(Keeping.TimeToLive + TimeSpan.FromSeconds(1.5));
        server.Process.Thaw();

        await Wait.UntilAsync("an answer", async () => (await looking.DiscoverAsync("orders", default)).Instances.Length == 10);
        await Wait.UntilAsync("all renewed", () => keepers.All(static k => k.State == RegistrationState.Registered));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.DoesNotContain(told, static count => count < 10);
        foreach (var keeper in keepers) await keeper.DisposeAsync();
    }

    [Fact]
    public async Task Look_ThatWaitedOutAFreeze_RemovesNobodyYet()
    {
        await using var server = await RedisServer.StartAsync();
        await using var registry = Open(server, TimeSpan.FromSeconds(60));
        await registry.RegisterAsync(Instance("a"), new RegistrationTerms("o", TimeSpan.FromSeconds(1), TakeOver: true), default);
        server.Process.Freeze();
        var look = registry.DiscoverAsync("orders", default).AsTask();
        await Task.Delay(TimeSpan.FromSeconds(3));
        server.Process.Thaw();

        // Its time ran out meanwhile, but whoever wanted to renew it could not; nobody does, so it goes in the end.
        Assert.Single((await look).Instances);
        await Wait.UntilAsync("its end", async () => (await registry.DiscoverAsync("orders", default)).Instances.IsEmpty);
    }

    private static RedisRegistry Open(RedisServer server, TimeSpan? timeout = null) =>
        new(new RedisRegistryOptions { Servers = server.Address, RequestTimeout = timeout ?? TimeSpan.FromSeconds(3) });

    private static ServiceInstance Instance(string id) => new("orders", id, "10.0.0.5", 8080);

    private static RegistrationTerms Terms(string owner) => new(owner, TimeSpan.FromMinutes(1), TakeOver: true);

    // A connection of its own, so that what is measured is the keeper's, not the reader's.
    private static async Task<string[]> FindAsync(RedisServer server)
    {
        var reply = await server.SendAsync("HKEYS", "ha:{orders}:entries");
        return reply.Contains("$1\r\na", StringComparison.Ordinal) ? ["a"] : [];
    }
}
