using HA.Core.Consul;
using HA.Core.Etcd;
using HA.Core.Redis;
using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>The registries that are drilled.</summary>
public static class Rigs
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<RegistryRig> All { get; } =
    [
        new RegistryRig(
            "consul",
            static async () => await ConsulServer.StartAsync(durable: true),
            // An agent keeps what was registered with itself, so a registry has one address.
            static servers => new ConsulRegistry(new ConsulRegistryOptions { Address = new Uri($"http://{servers}") }))
        {
            RemovalLatency = TimeSpan.FromMilliseconds(500),
            // A query that is held open for ten seconds, the agent's sixteenth on top, and two seconds for the answer.
            WatchLiveness = TimeSpan.FromSeconds(12.6),
            // After a restart what was alive lives from the election.
            Grace = TimeSpan.FromSeconds(3),
            StartClusterAsync = static async () => await ConsulFailover.StartAsync(),
            // Raft's own, on three servers: measured 3.0 to 4.3 s.
            FailoverWithin = TimeSpan.FromSeconds(10),
        },
        new RegistryRig(
            "etcd",
            static async () => await EtcdServer.StartAsync(),
            static servers => new EtcdRegistry(new EtcdRegistryOptions { Endpoints = [.. servers.Split(',').Select(static s => $"http://{s}")] }))
        {
            RemovalLatency = TimeSpan.FromSeconds(1),
            // Three progress requests without an answer.
            WatchLiveness = TimeSpan.FromSeconds(4),
            // After a restart leases live from the next election.
            Grace = TimeSpan.FromSeconds(2),
            StartClusterAsync = static async () => await EtcdFailover.StartAsync(),
            FailoverWithin = TimeSpan.FromSeconds(3),
        },
        new RegistryRig(
            "redis",
            static async () => await RedisServer.StartAsync(null, "--appendonly", "yes", "--appendfsync", "always"),
            static servers => new RedisRegistry(new RedisRegistryOptions { Servers = servers }))
        {
            RemovalLatency = TimeSpan.FromMilliseconds(500),
            // The request timeout.
            WatchLiveness = TimeSpan.FromSeconds(3),
            // After a stall nothing is removed for so long.
            Grace = TimeSpan.FromSeconds(5),
            StartClusterAsync = static async () => await RedisFailover.StartAsync(),
            FailoverWithin = TimeSpan.FromSeconds(1),
        },
    ];
}
