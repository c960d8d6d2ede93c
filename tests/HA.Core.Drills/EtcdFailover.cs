using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>Three members of etcd, which choose a new leader by themselves.</summary>
internal sealed class EtcdFailover(EtcdCluster cluster) : IRegistryCluster
{
    public string Name => $"{cluster.Members[0].Name}, 3 members";

    public string Addresses => string.Join(',', cluster.Members.Select(static m => $"127.0.0.1:{m.Port}"));

    public static async Task<EtcdFailover> StartAsync() => new(await EtcdCluster.StartAsync());

    public Task KillLeaderAsync() => cluster.KillLeaderAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
