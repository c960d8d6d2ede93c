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
        var follower = cluster.Servers.First(s => s != leader);
        await WaitUntilSyncedAsync(follower);
        return new ConsulFailover(cluster, leader!, follower);
    }

    // An agent that began before there was a leader pauses for 15 to 30 s before it tells the servers anything again.
    private static async Task WaitUntilSyncedAsync(ConsulServer agent)
    {
        await agent.SendAsync(HttpMethod.Put, "agent/service/register", new { Name = "sync-probe" });
        await Wait.UntilAsync(
            "an agent that tells the servers",
            async () => (await agent.SendAsync(HttpMethod.Get, "catalog/service/sync-probe")).Contains("sync-probe", StringComparison.Ordinal),
            TimeSpan.FromSeconds(90));
        await agent.SendAsync(HttpMethod.Put, "agent/service/deregister/sync-probe");
    }

    public Task KillLeaderAsync() => leader.Process.KillAsync();

    public Task WriteAsync(CancellationToken cancellationToken) =>
        follower.SendAsync(HttpMethod.Put, "kv/drill", "written").WaitAsync(cancellationToken);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
