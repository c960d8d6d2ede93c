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
