using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>
/// Three Consul servers, which choose a new leader by themselves. Clients use the agent of a follower: who registered with
/// an agent that dies has lost it, whoever leads.
/// </summary>
internal sealed class ConsulFailover(ConsulCluster cluster, ConsulServer leader, ConsulServer follower) : IRegistryCluster
{
    public string Name => $"{follower.Name}, 3 servers";

    public string Addresses => $"{follower.Address.Host}:{follower.Port}";

    public static async Task<ConsulFailover> StartAsync()
    {
        var cluster = await ConsulCluster.StartAsync();
        ConsulServer? leader = null;
        await Wait.UntilAsync("a leader", async () => (leader = await cluster.LeaderAsync(cluster.Servers[0])) is not null);
        return new ConsulFailover(cluster, leader!, cluster.Servers.First(s => s != leader));
    }

    public Task KillLeaderAsync() => leader.Process.KillAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
