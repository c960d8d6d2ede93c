using HA.Core.Consul;
using HA.Core.Etcd;
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
    private static Dictionary<string, object> ManyConnections => new(StringComparer.Ordinal)
    {
        ["limits"] = new Dictionary<string, int>(StringComparer.Ordinal) { ["http_max_conns_per_client"] = 4000 },
    };

    internal static RegistryCase[] All { get; } =
    [
        new("memory", 10_000, null, static _ => new InMemoryRegistry(), static _ => Task.FromResult<IRawClient>(new MemoryRaw())),
        new(
            "redis", 10_000, static async () => await RedisServer.StartAsync(),
            static port => new RedisRegistry(new RedisRegistryOptions { Servers = $"127.0.0.1:{port}" }), RedisRaw.ConnectAsync),
        new(
            "etcd", 10_000, static async () => await EtcdServer.StartAsync(),
            static port => new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [$"http://127.0.0.1:{port}"] }),
            static port => Task.FromResult<IRawClient>(new EtcdRaw(port))),
        // What an agent does for each of its services grows with their number. One connection for each watch: beyond that they
        // would take turns, and the turns be measured.
        new(
            "consul", 1_000, static async () => await ConsulServer.StartAsync(settings: ManyConnections),
            static port => new ConsulRegistry(new ConsulRegistryOptions { Address = new Uri($"http://127.0.0.1:{port}"), MaxOpenQueries = 1000 }),
            static port => Task.FromResult<IRawClient>(new ConsulRaw(port))),
    ];
}
