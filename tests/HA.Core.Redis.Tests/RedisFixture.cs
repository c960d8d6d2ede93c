using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>One server for tests that leave it alive.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
