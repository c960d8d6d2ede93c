using HA.Core.Client;
using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class SharedRegistryTimeTests
{
    private static readonly RegistryException Refused = new("Connection refused.");

    [Fact]
    public void Watchers_ByTheHundred_ShareOneWatch() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1, 2));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        var watchers = Enumerable.Range(0, 500).Select(_ => Watch(stage, shared)).ToArray();
        foreach (var watcher in watchers) await watcher.WaitForFirstAsync(default);
        registry.Tell(Stage.Catalog(2, 1, 2, 3));
        await stage.AdvanceAsync(0.001);

        Assert.Single(registry.WatchesBegun);
        Assert.Equal(1, shared.WatchCount);
        Assert.All(watchers, static w => Assert.Equal((CatalogOrigin.Live, 3), (w.View.Origin, w.View.Catalog.Instances.Length)));
        foreach (var watcher in watchers) await watcher.DisposeAsync();
        Assert.Equal(0, shared.WatchCount);
        await stage.AdvanceAsync(0.001);
        Assert.Equal(0, registry.OpenWatches);
    });

    [Fact]
    public void Clients_OfOneProcess_ShareOneWatch() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1, 2));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        await using var one = new ServicePools(shared, stage.Environment);
        await using var two = new ServicePools(shared, stage.Environment);
        // One client asks for its pool at each call.
        for (var i = 0; i < 100; i++) await one.For(Stage.Service).WaitForCatalogAsync(default);
        await two.For(Stage.Service).WaitForCatalogAsync(default);
        Assert.Single(registry.WatchesBegun);
    });

    [Fact]
    public void Pools_ByThemselves_HaveOneWatchForEachService() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1, 2));
        await using var pools = new ServicePools(registry, stage.Environment);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => pools.For(Stage.Service).WaitForCatalogAsync(default).AsTask()));
        Assert.Single(registry.WatchesBegun);
    });

    [Fact]
    public void LateReader_BeginsWithTheCurrentCatalog_AtOnce() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        await using var early = Watch(stage, shared);
        await early.WaitForFirstAsync(default);
        registry.Tell(Stage.Catalog(2, 1, 2));
        await stage.AdvanceAsync(100);

        await using var late = shared.WatchAsync(Stage.Service, default).GetAsyncEnumerator();
        Assert.True(await late.MoveNextAsync());
        Assert.Equal((2, TimeSpan.FromSeconds(100)), (late.Current.Revision, stage.Now));
        Assert.Single(registry.WatchesBegun);
    });

    [Fact]
    public void SlowReader_SeesTheLastState_AndHoldsUpNobody() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        await using var quick = Watch(stage, shared);
        await using var slow = shared.WatchAsync(Stage.Service, default).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        for (var i = 2; i <= 1000; i++)
        {
            registry.Tell(Stage.Catalog(i, 1));
            await stage.AdvanceAsync(0.001);
            Assert.Equal(i, quick.View.Catalog.Revision);
        }

        Assert.True(await slow.MoveNextAsync());
        Assert.Equal(1000, slow.Current.Revision);
    });

    [Fact]
    public void Failure_ReachesEveryReader_AndOneNewWatchServesAll() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        var watchers = Enumerable.Range(0, 50).Select(_ => Watch(stage, shared)).ToArray();
        foreach (var watcher in watchers) await watcher.WaitForFirstAsync(default);
        registry.Fail(Refused);
        await stage.AdvanceAsync(0.001);
        Assert.All(watchers, static w => Assert.Equal(CatalogOrigin.Cached, w.View.Origin));
        Assert.All(stage.Journal.RegistryFailures, static f => Assert.Same(Refused, f.Error));

        registry.Tell(Stage.Catalog(2, 1, 2));
        await stage.AdvanceAsync(11);
        Assert.All(watchers, static w => Assert.Equal((CatalogOrigin.Live, 2), (w.View.Origin, w.View.Catalog.Instances.Length)));
        Assert.Equal((1, 1), (shared.WatchCount, registry.OpenWatches));
        foreach (var watcher in watchers) await watcher.DisposeAsync();
    });

    [Fact]
    public void LastReader_ThatLeavesAndComesBack_BeginsANewWatch() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var shared = new SharedRegistry(registry, stage.Environment);
        for (var i = 1; i <= 3; i++)
        {
            await using var watcher = Watch(stage, shared);
            await watcher.WaitForFirstAsync(default);
            Assert.Equal((i, 1), (registry.WatchesBegun.Count, registry.OpenWatches));
        }
    });

    [Fact]
    public void Dispose_WhileWatched_EndsTheReaders() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        var shared = new SharedRegistry(registry, stage.Environment);
        await using var reader = shared.WatchAsync(Stage.Service, default).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        var next = reader.MoveNextAsync().AsTask();
        await shared.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (var _ in shared.WatchAsync(Stage.Service, default)) { }
        });
    });

    private static CatalogWatcher Watch(Stage stage, IServiceRegistry registry) =>
        new(registry, Stage.Service, static _ => { }, stage.Environment);
}
