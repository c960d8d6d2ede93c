using HA.Core.Registry;
using HA.Core.Servers;
using StackExchange.Redis;

namespace HA.Core.Redis.Tests;

/// <summary>How a server is reached, and what is said when it is the wrong one.</summary>
public sealed class RedisConnectionTests
{
    private const string Password = "s3cret-of-the-test";

    [Fact]
    public async Task Password_ThatIsRight_Opens()
    {
        await using var server = await RedisServer.StartAsync(Password);
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address, Password = Password });
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong-" + Password)]
    public async Task Password_ThatIsWrong_IsRefusedWithoutSayingIt(string? password)
    {
        await using var server = await RedisServer.StartAsync(Password);
        var options = new RedisRegistryOptions { Servers = server.Address, Password = password };
        await using var registry = new RedisRegistry(options);
        var (took, error) = await Wait.MeasureAsync(async () => await registry.DiscoverAsync("orders", default));
        Assert.IsType<RegistryException>(error);
        Assert.DoesNotContain(Password, $"{error} {options}", StringComparison.Ordinal);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Server_ThatIsNotThere_IsARegistryException()
    {
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = $"127.0.0.1:{LoopbackPort.Free()}" });
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
    }

    [Fact]
    public async Task Server_ThatComesLater_IsFound()
    {
        await using var server = await RedisServer.StartAsync();
        await server.Process.KillAsync();
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address });
        await Assert.ThrowsAsync<RegistryException>(async () => await registry.DiscoverAsync("orders", default));
        await server.Process.RestartAsync(keepsData: false);
        await Wait.UntilAsync("an answer", async () =>
            await Record.ExceptionAsync(async () => await registry.DiscoverAsync("orders", default)) is null);
    }

    // A host that died takes connections through whatever stands before it, and says nothing. The client waits for it as long as it
    // may, and that was until the registry itself gave up.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_ThatIsSilent_DoesNotKeepFromTheOther(bool isFirst)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Port);
        proxy.HalfOpen();
        await using var registry = new RedisRegistry(new RedisRegistryOptions
        {
            Servers = isFirst ? $"{proxy.Address},{server.Address}" : $"{server.Address},{proxy.Address}",
            RequestTimeout = TimeSpan.FromSeconds(10),
        });
        await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), new RegistrationTerms("o", TimeSpan.FromMinutes(1), true), default);
        Assert.True(proxy.Accepted > 0, "nobody asked the silent one");
    }

    [Fact]
    public async Task Server_ThatIsFar_IsFoundByMorePatience()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Port);
        // Longer than the first attempt may take, for each answer.
        proxy.DelayDown = TimeSpan.FromMilliseconds(600);
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = proxy.Address, RequestTimeout = TimeSpan.FromSeconds(10) });
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Theory]
    [InlineData("allkeys-lru", "100mb", true)]
    [InlineData("allkeys-random", "100mb", true)]
    [InlineData("volatile-lru", "100mb", false)]
    [InlineData("noeviction", "100mb", false)]
    [InlineData("allkeys-lru", "0", false)]
    public async Task Server_ThatEvictsRegistrations_IsRefused(string policy, string memory, bool isRefused)
    {
        await using var server = await RedisServer.StartAsync(null, "--maxmemory-policy", policy, "--maxmemory", memory);
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address });
        var error = await Record.ExceptionAsync(async () => await registry.DiscoverAsync("orders", default));
        if (isRefused) Assert.Contains(policy, Assert.IsType<EvictingRedisException>(error).Message, StringComparison.Ordinal);
        else Assert.Null(error);
    }

    [Fact]
    public async Task Server_ThatForbidsConfig_IsUsed()
    {
        await using var server = await RedisServer.StartAsync(null, "--rename-command", "CONFIG", "");
        await using var registry = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address });
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
    }

    [Fact]
    public async Task Connection_HandedIn_IsUsedAndLeftOpen()
    {
        await using var server = await RedisServer.StartAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(server.Address);
        await using (var registry = new RedisRegistry(new RedisRegistryOptions { Servers = "nowhere:1", Connection = connection }))
            await registry.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), new RegistrationTerms("o", TimeSpan.FromMinutes(1), true), default);

        Assert.Equal(1, await connection.GetDatabase().HashLengthAsync("ha:{orders}:entries"));
    }

    [Fact]
    public async Task Prefixes_ThatDiffer_StayApart()
    {
        await using var server = await RedisServer.StartAsync();
        await using var one = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address, KeyPrefix = "one" });
        await using var two = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address, KeyPrefix = "two" });
        await one.RegisterAsync(new ServiceInstance("orders", "a", "10.0.0.5", 80), new RegistrationTerms("o", TimeSpan.FromMinutes(1), true), default);
        Assert.Empty((await two.DiscoverAsync("orders", default)).Instances);
    }

    [Fact]
    public void Options_ThatMakeNoSense_AreRefused()
    {
        Assert.Throws<ArgumentException>(static () => new RedisRegistryOptions { Servers = " " });
        Assert.Throws<ArgumentException>(static () => new RedisRegistryOptions { KeyPrefix = "a{b}" });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RedisRegistryOptions { RequestTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RedisRegistryOptions { SweepInterval = TimeSpan.FromDays(1) });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new RedisRegistryOptions { Database = -1 });
    }

    [Fact]
    public async Task Use_AfterDisposing_IsRefused()
    {
        await using var server = await RedisServer.StartAsync();
        var registry = new RedisRegistry(new RedisRegistryOptions { Servers = server.Address });
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await registry.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await registry.DiscoverAsync("orders", default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await watch.MoveNextAsync());
    }
}
