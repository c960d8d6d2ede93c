using HA.Core.Servers;

namespace HA.Core.Redis.Tests;

/// <summary>Every law on a Redis Cluster, of one node: what breaks there is a script whose keys are on several.</summary>
public sealed class RedisClusterTests(RedisClusterTests.Node node) : IClassFixture<RedisClusterTests.Node>
{
    public static TheoryData<string> Names => RedisConformanceTests.Names;

    [Theory, MemberData(nameof(Names))]
    public Task OnACluster_Holds(string law) =>
        new RedisConformance(node.Server.Address, $"{node.Server.Name} cluster").Laws.Single(l => l.Name == law).CheckAsync();

    public sealed class Node : IAsyncLifetime
    {
        public RedisServer Server { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Server = await RedisServer.StartAsync(
                // The port of the nodes among each other; by itself it is ours and 10000, which may be none.
                null, "--cluster-enabled", "yes", "--cluster-port", $"{LoopbackPort.Free()}");
            await Server.SendAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
            await Wait.UntilAsync("the cluster", async () =>
                (await Server.SendAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal));
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
