using HA.Core.Redis;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Bench.Registry;

/// <summary>A registry to measure, with its server and its baseline.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="MaxInstances">More would measure the server's own limits.</param>
/// <param name="StartAsync">Starts the server; null if there is none.</param>
/// <param name="Connect">A connection of the provider.</param>
/// <param name="ConnectRawAsync">A connection of the baseline.</param>
internal sealed record RegistryCase(
    string Name, int MaxInstances, Func<Task<IRegistryServer>>? StartAsync,
    Func<int, IServiceRegistry> Connect, Func<int, Task<IRawClient>> ConnectRawAsync)
{
    internal static RegistryCase[] All { get; } =
    [
        new("memory", 10_000, null, static _ => new InMemoryRegistry(), static _ => Task.FromResult<IRawClient>(new MemoryRaw())),
        new(
            "redis", 10_000, static async () => await RedisServer.StartAsync(),
            static port => new RedisRegistry(new RedisRegistryOptions { Servers = $"127.0.0.1:{port}" }), RedisRaw.ConnectAsync),
    ];
}
