using System.Collections.Concurrent;
using HA.Core.Registry;
using HA.Core.Servers;

namespace HA.Core.Consul.Tests;

/// <summary>Three servers, each an agent too: owners with different agents, and the death of the leader.</summary>
public sealed class ConsulClusterTests
{
    private static readonly RegistrationTerms Terms = new("a", TimeSpan.FromMinutes(1), TakeOver: true);

    [Fact]
    public async Task Cluster_KeepsItsPromises()
    {
        await using var cluster = await ConsulCluster.StartAsync();
        var leader = await cluster.LeaderAsync(cluster.Servers[0]) ?? throw new InvalidOperationException("Nobody leads.");
        var others = cluster.Servers.Where(s => s != leader).ToArray();
        await OwnersWithDifferentAgents_AreFenced(others[0], others[1]);
        await ClientThatMovesToAnotherAgent_RegistersThere(others[0], others[1]);
        await LeaderThatDies_TakesOnlyItsOwn(cluster, leader, others);
    }

    private static async Task OwnersWithDifferentAgents_AreFenced(ConsulServer first, ConsulServer second)
    {
        await using var one = Open(first);
        await using var two = Open(second);
        var instance = new ServiceInstance("fenced", "a", "10.0.0.5", 1);
        var former = await one.RegisterAsync(instance, Terms, default);
        await Assert.ThrowsAsync<RegistrationFencedException>(
            async () => await two.RegisterAsync(new ServiceInstance("fenced", "a", "10.0.0.5", 2), Terms with { Owner = "b", TakeOver = false }, default));
        var current = await two.RegisterAsync(new ServiceInstance("fenced", "a", "10.0.0.5", 2), Terms with { Owner = "b" }, default);

        Assert.Equal(2, (await one.DiscoverAsync("fenced", default)).Instances.Single().Port);
        Assert.Equal(RenewalResult.Fenced, await one.RenewAsync(former, default));
        await one.DeregisterAsync(former, default);
        Assert.Equal(RenewalResult.Renewed, await two.RenewAsync(current, default));
        var catalog = await one.DiscoverAsync("fenced", default);
        Assert.Equal(2, catalog.Instances.Single().Port);
        Assert.Empty(catalog.Departed);
    }

    private static async Task ClientThatMovesToAnotherAgent_RegistersThere(ConsulServer first, ConsulServer second)
    {
        var switching = new Switch(first.Address);
        await using var registry = new ConsulRegistry(new ConsulRegistryOptions { Address = first.Address, MessageHandler = switching });
        var instance = new ServiceInstance("moved", "a", "10.0.0.5", 1);
        var held = await registry.RegisterAsync(instance, Terms, default);
        switching.Target = second.Address;
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(held, default));
        held = await registry.RegisterAsync(instance.WithWeight(9), Terms with { TakeOver = false }, default);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(held, default));
        // What it left behind at the first agent lives until its lease ends, and is not what is seen.
        Assert.Equal(9, (await registry.DiscoverAsync("moved", default)).Instances.Single().Weight);
        await registry.DeregisterAsync(held, default);
        Assert.Empty((await registry.DiscoverAsync("moved", default)).Instances);
    }

    private static async Task LeaderThatDies_TakesOnlyItsOwn(ConsulCluster cluster, ConsulServer leader, ConsulServer[] others)
    {
        await using var atLeader = Open(leader);
        await using var atOther = Open(others[0]);
        await using var watching = Open(others[1]);
        await atLeader.RegisterAsync(new ServiceInstance("orders", "orphan", "10.0.0.5", 1), Terms, default);
        await using var keeper = new RegistrationKeeper(
            atOther, new ServiceInstance("orders", "kept", "10.0.0.5", 2), options: new RegistrationOptions { TimeToLive = TimeSpan.FromSeconds(15) });
        await keeper.WaitUntilRegisteredAsync();
        var told = new ConcurrentQueue<ServiceCatalog>();
        await using var watcher = new CatalogWatcher(watching, "orders", told.Enqueue);
        await Wait.UntilAsync("both", () => told.LastOrDefault()?.Instances.Length == 2);
        await leader.Process.KillAsync();

        // Nobody watches over the lease of the orphan any more: it is not called dead, and not called.
        await Wait.UntilAsync("the orphan is down", () => StatusOf(told, "orphan") == ServiceStatus.Down, TimeSpan.FromSeconds(40));
        await Wait.UntilAsync("a new leader", async () => await cluster.LeaderAsync(others[0]) is { } next && next != leader, TimeSpan.FromSeconds(40));
        Assert.All(told, static c => Assert.Equal(ServiceStatus.Up, c.Instances.Single(static i => i.Id == "kept").Status));
        await atOther.RegisterAsync(new ServiceInstance("orders", "later", "10.0.0.5", 3), Terms, default);
        await Wait.UntilAsync("a change under the new leader", () => StatusOf(told, "later") == ServiceStatus.Up);

        // A new home for the orphan, as its owner finds one: nobody with a living agent is in the way.
        await atOther.RegisterAsync(new ServiceInstance("orders", "orphan", "10.0.0.5", 4), Terms with { Owner = "b", TakeOver = false }, default);
        await Wait.UntilAsync("the orphan is up again", () => StatusOf(told, "orphan") == ServiceStatus.Up);
    }

    private static ServiceStatus? StatusOf(ConcurrentQueue<ServiceCatalog> told, string id) =>
        told.LastOrDefault()?.Instances.FirstOrDefault(i => i.Id == id)?.Status;

    private static ConsulRegistry Open(ConsulServer server) => new(new ConsulRegistryOptions { Address = server.Address });

    /// <summary>A load balancer that changes its mind.</summary>
    private sealed class Switch(Uri target) : DelegatingHandler(new SocketsHttpHandler())
    {
        internal Uri Target { get; set; } = target;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(Target, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
