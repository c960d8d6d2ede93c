using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>Connections that break in ways that a server by itself does not show.</summary>
public sealed class RedisLineTests
{
    // Far below what the client itself takes to notice: two minutes of silence, or one second of its own rhythm.
    // It looks seldom, so that the silence meets another request, and the watch itself goes on.
    private static RedisRegistry Seldom(FaultProxy proxy) => new(new RedisRegistryOptions
    {
        Servers = proxy.Address,
        RequestTimeout = TimeSpan.FromSeconds(3),
        SweepInterval = TimeSpan.FromSeconds(10),
    });

    // The connection for requests falls silent. The one that listens is well, and left with it. The client's own small talk on
    // either may be what is lost, so more than one try may be needed.
    private static async Task SilenceAsync(FaultProxy proxy, RedisRegistry registry)
    {
        do proxy.DropNextResponse(breaks: false);
        while (await Record.ExceptionAsync(async () => await registry.DiscoverAsync("orders", default)) is null);
    }

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Line_ThatIsSilent_IsLeftForAnother()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = proxy.Address, RequestTimeout = TimeSpan.FromSeconds(1) });
        await registry.DiscoverAsync("orders", default);
        var before = proxy.Accepted;
        // This connection only, and for ever: the proxy stays as it is for all others.
        proxy.DropNextResponse(breaks: false);
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));

        await registry.DiscoverAsync("orders", default);
        Assert.True(proxy.Accepted > before, "the silent connection was used again");
    }

    [Fact]
    public async Task Watch_WhoseLineWasLeft_ListensOnTheNewOne()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = Seldom(proxy);
        using var stop = new CancellationTokenSource();
        await using var watch = registry.WatchAsync("orders", stop.Token).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        // Answers come in order: the watch has had its own by then, and rests.
        await registry.DiscoverAsync("orders", default);
        await Wait.UntilAsync("a listener", async () => await ListenersAsync(server) is [_]);
        var before = await ListenersAsync(server);
        await SilenceAsync(proxy, registry);
        await Wait.UntilAsync(
            "another listener, or the end of the watch",
            async () => next.IsCompleted || (await ListenersAsync(server)).Except(before, StringComparer.Ordinal).Any(), TimeSpan.FromSeconds(60));
        Assert.False(next.IsCompleted, $"{next.Exception}");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_WhoseNewLineLeadsToAnotherPast_Ends()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Port);
        await using var registry = Seldom(proxy);
        var terms = new RegistrationTerms("owner", TimeSpan.FromMinutes(5), TakeOver: true);
        await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), terms, default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        // What a promoted replica has that missed the last change and then saw another: the same revision, and not the same list.
        await server.SendAsync("ZREM", "ha:{orders}:deadlines", "a");
        await SilenceAsync(proxy, registry);
        await Assert.ThrowsAsync<RedisResetException>(() => next.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Primary_ThatDiesOrFreezes_IsReplacedByThePromotedReplica(bool dies)
    {
        await using var primary = await RedisServer.StartAsync(null, "--repl-diskless-sync-delay", "0");
        await using var replica = await RedisServer.StartAsync(null, "--replicaof", "127.0.0.1", $"{primary.Port}");
        await Wait.UntilAsync("the replica's link", async () =>
            (await replica.SendAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = $"{primary.Address},{replica.Address}" });
        var options = new RegistrationOptions { TimeToLive = TimeSpan.FromSeconds(3) };
        await using var keeper = new RegistrationKeeper(registry, new ServiceInstance("orders", "a", "10.0.0.5", 80), options: options);
        await keeper.WaitUntilRegisteredAsync();
        if (dies) await primary.Process.KillAsync();
        else primary.Process.Freeze();
        await Assert.ThrowsAsync<RegistryException>(async () =>
        {
            while (true) await registry.RegisterAsync(new ServiceInstance("orders", "b", "10.0.0.5", 80), new RegistrationTerms("o", options.TimeToLive, true), default);
        });
        await replica.SendAsync("REPLICAOF", "NO", "ONE");

        await Wait.UntilAsync("a write", async () => await Record.ExceptionAsync(async () => await registry.RegisterAsync(
            new ServiceInstance("orders", "b", "10.0.0.5", 80), new RegistrationTerms("o", options.TimeToLive, true), default)) is null, Soon);
        await Wait.UntilAsync("the keeper", () => keeper.State == RegistrationState.Registered, Soon);
        await Wait.UntilAsync("its entry", async () => (await registry.DiscoverAsync("orders", default)).Instances.Any(static i => i.Id == "a"), Soon);
    }

    [Fact]
    public async Task UserName_WithAClientThatKnowsNone_IsSaidClearly()
    {
        // The client that these tests are compiled and run with.
        await using var registry = new RedisRegistry(new RedisRegistryOptions { UserName = "orders", Password = "secret-of-the-test" });
        var error = await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        Assert.Contains("reference version 2", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-test", error.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(static () => new RedisRegistryOptions { UserName = "a,allowAdmin=true" });
    }

    // The ids of the connections that listen to anything.
    private static async Task<string[]> ListenersAsync(RedisServer server)
    {
        var reply = await server.SendAsync("CLIENT", "LIST", "TYPE", "pubsub");
        return [.. reply.Split('\n').Where(static l => l.StartsWith("id=", StringComparison.Ordinal) && !l.Contains(" sub=0 ", StringComparison.Ordinal)).Select(static l => l.Split(' ')[0])];
    }
}
