using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>A primary and its replica, which an operator promotes as soon as the primary is dead.</summary>
internal sealed class RedisFailover : IRegistryCluster
{
    private readonly RedisServer _primary;
    private readonly RedisServer _replica;

    private RedisFailover(RedisServer primary, RedisServer replica) => (_primary, _replica) = (primary, replica);

    public string Name => $"{_primary.Name}, primary and replica";

    public string Addresses => $"{_primary.Address},{_replica.Address}";

    public static async Task<RedisFailover> StartAsync()
    {
        // Without the wait for further replicas, which is what takes a replica five seconds.
        var primary = await RedisServer.StartAsync(null, "--repl-diskless-sync-delay", "0");
        var replica = await RedisServer.StartAsync(null, "--replicaof", "127.0.0.1", $"{primary.Port}");
        var pair = new RedisFailover(primary, replica);
        await Wait.UntilAsync("the replica's link", async () =>
            (await replica.SendAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        return pair;
    }

    public async Task KillLeaderAsync()
    {
        await _primary.Process.KillAsync();
        await _replica.SendAsync("REPLICAOF", "NO", "ONE");
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var answer = await _replica.SendAsync("SET", "drill", "written").WaitAsync(cancellationToken);
        if (!answer.StartsWith('+')) throw new InvalidOperationException(answer);
    }

    public async ValueTask DisposeAsync()
    {
        await _primary.DisposeAsync();
        await _replica.DisposeAsync();
    }
}
