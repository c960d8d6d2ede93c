using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>One server for tests that leave it alive.</summary>
public sealed class ConsulFixture : IAsyncLifetime
{
    public ConsulServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ConsulServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
