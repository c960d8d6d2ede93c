using HA.Core.Registry;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Tests.Model;

/// <summary>What each fault of the registry does to somebody who uses it.</summary>
public sealed class VirtualRegistryTests
{
    private static readonly RegistrationTerms Terms = new("me", Scenes.Seconds(60), TakeOver: true);
    private static readonly ServiceInstance Instance = new("orders", "orders-9", "10.9.9.9", 8080);

    [Fact]
    public void Freeze_RequestGivenUp_IsDoneAtTheThaw() => Run(new RegistryFreezeFault(), static async (sim, world, registry, fault) =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within(sim, 1, t => registry.RegisterAsync(Instance, Terms, t).AsTask()));
        Assert.Empty(world.Registry.Ids);
        world.RegistryTrouble.End(fault);
        await sim.DelayAsync(Scenes.Seconds(1));
        Assert.Equal(["orders-9"], world.Registry.Ids);
    });

    [Fact]
    public void LostAnswer_Register_IsDoneAndNotTold() => Run(new LostAnswersFault(), static async (sim, world, registry, _) =>
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Within(sim, 9, t => registry.RegisterAsync(Instance, Terms, t).AsTask()));
        Assert.Equal(["orders-9"], world.Registry.Ids);
        Assert.Single((await registry.DiscoverAsync("orders", default)).Instances);
    });

    [Fact]
    public void LostAnswer_RegistryGoesDown_BreaksTheWait() => Run(new LostAnswersFault(), static async (sim, world, registry, _) =>
    {
        var register = registry.RegisterAsync(Instance, Terms, default).AsTask();
        await sim.DelayAsync(Scenes.Seconds(1));
        Assert.False(register.IsCompleted);
        world.RegistryTrouble.Begin(new RegistryOutageFault());
        await Assert.ThrowsAsync<RegistryException>(() => register);
    });

    [Fact]
    public void Errors_All_AreRefusedAndNotDone() => Run(new RegistryErrorsFault(), static async (_, world, registry, _) =>
    {
        await Assert.ThrowsAsync<RegistryException>(() => registry.RegisterAsync(Instance, Terms, default).AsTask());
        await Assert.ThrowsAsync<RegistryException>(() => registry.DiscoverAsync("orders", default).AsTask());
        Assert.Empty(world.Registry.Ids);
    });

    [Fact]
    public void LeaderLoss_ReadsGoOn_WritesAreRefused() => Run(new LeaderLossFault(), static async (_, world, registry, _) =>
    {
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
        await Assert.ThrowsAsync<RegistryException>(() => registry.RegisterAsync(Instance, Terms, default).AsTask());
        Assert.Empty(world.Registry.Ids);
    });

    [Fact]
    public void Slow_EveryAnswer_ComesLater() => Run(new RegistrySlowFault { Delay = Scenes.Seconds(3) }, static async (sim, _, registry, _) =>
    {
        var begun = sim.Now;
        await registry.DiscoverAsync("orders", default);
        Assert.InRange(sim.Now - begun, Scenes.Seconds(3), Scenes.Seconds(3.1));
    });

    [Fact]
    public void StaleReplica_ReadAndWatch_LagTheTruth() => Run(new StaleReplicaFault { Lag = Scenes.Seconds(5) }, static async (sim, _, registry, _) =>
    {
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        Assert.Empty(watch.Current.Instances);
        await registry.RegisterAsync(Instance, Terms, default);
        var written = sim.Now;
        await sim.DelayAsync(Scenes.Seconds(4));
        Assert.Empty((await registry.DiscoverAsync("orders", default)).Instances);
        while (watch.Current.Instances.IsEmpty) await watch.MoveNextAsync();
        Assert.InRange(sim.Now - written, Scenes.Seconds(4.9), Scenes.Seconds(5.1));
        Assert.Single((await registry.DiscoverAsync("orders", default)).Instances);
    });

    [Fact]
    public void WatchStall_OpenWatch_FallsSilentAndBreaksInTime() => Run(new WatchStallFault(), static async (sim, _, registry, _) =>
    {
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var since = sim.Now;
        var next = watch.MoveNextAsync().AsTask();
        await registry.RegisterAsync(Instance, Terms, default);
        await Assert.ThrowsAsync<RegistryException>(() => next);
        Assert.InRange(sim.Now - since, Scenes.Seconds(14), VirtualWatch.Liveness);
    });

    [Fact]
    public void Freeze_OpenWatch_SpeaksAgainAfterIt() => Run(new RegistrySlowFault { Delay = Scenes.Seconds(0.001) }, static async (sim, world, registry, _) =>
    {
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var freeze = new RegistryFreezeFault();
        world.RegistryTrouble.Begin(freeze);
        var register = registry.RegisterAsync(Instance, Terms, default).AsTask();
        var next = watch.MoveNextAsync().AsTask();
        await sim.DelayAsync(Scenes.Seconds(10));
        Assert.False(next.IsCompleted);
        world.RegistryTrouble.End(freeze);
        await register;
        Assert.True(await next);
        Assert.Single(watch.Current.Instances);
    });

    [Fact]
    public void WatchBreak_OpenWatch_EndsByAnExceptionAndBeginsAnew() => Run(new WatchBreakFault(), static async (_, world, registry, _) =>
    {
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        var next = watch.MoveNextAsync().AsTask();
        world.RegistryTrouble.BreakWatches();
        await Assert.ThrowsAsync<RegistryException>(() => next);
        await using var second = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        Assert.True(await second.MoveNextAsync());
    });

    [Fact]
    public void Revoke_Lease_EndsAsAnExpiry() => Run(new LeaseRevokeFault(), static async (sim, world, registry, _) =>
    {
        var registration = await registry.RegisterAsync(Instance, Terms, default);
        world.Registry.Revoke(1);
        await sim.DelayAsync(Scenes.Seconds(0.1));
        var catalog = await registry.DiscoverAsync("orders", default);
        Assert.Empty(catalog.Instances);
        Assert.Empty(catalog.Departed);
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(registration, default));
    });

    [Fact]
    public void Restore_OldBackup_NamesWhoWasThereUnderASmallerRevision() => Run(new RegistryRestoreFault { Age = Scenes.Seconds(5) }, static async (sim, world, registry, _) =>
    {
        var registration = await registry.RegisterAsync(Instance, Terms, default);
        await using var watch = registry.WatchAsync("orders", default).GetAsyncEnumerator();
        await watch.MoveNextAsync();
        await sim.DelayAsync(Scenes.Seconds(6));
        await registry.DeregisterAsync(registration, default);
        await registry.RegisterAsync(new ServiceInstance("orders", "orders-8", "10.9.9.8", 8080), Terms, default);
        var before = (await registry.DiscoverAsync("orders", default)).Revision;
        world.Registry.Restore(Scenes.Seconds(5));

        await Assert.ThrowsAsync<RegistryException>(async () => { while (await watch.MoveNextAsync()) { } });
        var after = await registry.DiscoverAsync("orders", default);
        Assert.Equal(["orders-9"], after.Instances.Select(static i => i.Id));
        Assert.True(after.Revision < before);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(registration, default));
    });

    [Fact]
    public void Faults_ThatOverlap_AddUp() => Run(new LeaderLossFault(), static async (_, world, registry, fault) =>
    {
        var slow = new RegistrySlowFault();
        world.RegistryTrouble.Begin(slow);
        Assert.True(world.RegistryTrouble.Now is { RefusesWrites: true, Delay.Ticks: > 0 });
        world.RegistryTrouble.End(fault);
        Assert.True(world.RegistryTrouble.Now is { RefusesWrites: false, Delay.Ticks: > 0 });
        await registry.RegisterAsync(Instance, Terms, default);
    });

    private static void Run(Fault fault, Func<Simulator, World, VirtualRegistry, RegistryFault, Task> body) => Simulator.Run(1, async sim =>
    {
        var world = new World(sim, Scenes.With(fault));
        var registry = new VirtualRegistry(world, new Place(PlaceKind.Instance, "orders-9"));
        var begun = fault as RegistryFault ?? new RegistryWipeFault();
        world.RegistryTrouble.Begin(begun);
        await body(sim, world, registry, begun);
    });

    private static async Task Within(Simulator sim, double seconds, Func<CancellationToken, Task> work)
    {
        using var end = new CancellationTokenSource(Scenes.Seconds(seconds), sim.Time);
        await work(end.Token);
    }
}
