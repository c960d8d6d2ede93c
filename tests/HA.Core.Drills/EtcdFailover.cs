using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>Three members of etcd, which choose a new leader by themselves.</summary>
internal sealed class EtcdFailover(EtcdCluster cluster) : IRegistryCluster
{
    public string Name => $"{cluster.Members[0].Name}, 3 members";

    public string Addresses => string.Join(',', cluster.Members.Select(static m => $"127.0.0.1:{m.Port}"));

    public static async Task<EtcdFailover> StartAsync() => new(await EtcdCluster.StartAsync());

    public Task KillLeaderAsync() => cluster.KillLeaderAsync();

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        Exception? last = null;
        foreach (var member in cluster.Members)
        {
            try
            {
                // One that knows of no leader keeps a request until there is one.
                await member.PutAsync("drill", "written").WaitAsync(TimeSpan.FromMilliseconds(250), cancellationToken);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or InvalidOperationException or TimeoutException)
            {
                last = e;
            }
        }

        throw new InvalidOperationException("No member takes it.", last);
    }

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
