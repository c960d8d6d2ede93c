using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class ColdStartTimeTests
{
    private static readonly RegistryException Refused = new("Connection refused.");

    [Fact]
    public void RegistryDown_AtTheStart_ServesWhatAnEarlierProcessHeard() => Stage.Run(static async stage =>
    {
        var (registry, store) = await HeardAsync(stage, 1, 2, 3);
        registry.Fail(Refused);
        await stage.AdvanceAsync(3600);
        await using var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);

        Assert.Equal(CatalogOrigin.Disk, watcher.View.Origin);
        Assert.Equal(3, watcher.View.Catalog.Instances.Length);
        Assert.InRange(watcher.View.Age.TotalSeconds, 3600, 3602);
        Assert.Contains("from disk", watcher.View.ToString(), StringComparison.Ordinal);
        Assert.Equal([3], stage.Journal.Restored.Select(static r => r.Catalog.Instances.Length));

        await stage.AdvanceAsync(3600);
        Assert.Equal((CatalogOrigin.Disk, false), (watcher.View.Origin, watcher.View.IsCurrent));
        Assert.InRange(watcher.View.Age.TotalSeconds, 7200, 7203);
    });

    [Fact]
    public void RegistryDown_AtTheStart_CallsSucceedAtOnce() => Stage.Run(static async stage =>
    {
        var (_, store) = await HeardAsync(stage, 1, 2, 3);
        var options = new PoolOptions { Watch = new CatalogWatcherOptions { Store = store } };
        await using var client = new ClientStage(stage, instances: -1, poolOptions: options);
        client.Registry.Fail(Refused);
        var begun = stage.Now;
        for (var i = 0; i < 10; i++) Assert.Equal(CallStatus.Succeeded, (await client.CallAsync()).Status);

        Assert.InRange((stage.Now - begun).TotalSeconds, 0, 2);
        Assert.Contains("from disk", client.Pool.Describe(), StringComparison.Ordinal);
    });

    [Fact]
    public void RegistryThatHangs_AtTheStart_IsWaitedForHalfASecond() => Stage.Run(static async stage =>
    {
        var (_, store) = await HeardAsync(stage, 1, 2, 3);
        var begun = stage.Now;
        await using var watcher = Watch(stage, new ScriptedRegistry(stage), store);
        await watcher.WaitForFirstAsync(default);
        Assert.Equal((CatalogOrigin.Disk, 0.5), (watcher.View.Origin, (stage.Now - begun).TotalSeconds));
    });

    [Fact]
    public void RegistryUp_AtTheStart_IsBelievedAndNothingElse() => Stage.Run(static async stage =>
    {
        var (registry, store) = await HeardAsync(stage, 1, 2, 3);
        registry.Tell(Stage.Catalog(9, 7));
        await using var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);
        Assert.Equal((CatalogOrigin.Live, 1), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
        Assert.Empty(stage.Journal.Restored);
    });

    [Fact]
    public void FirstAnswer_AfterAColdStart_ReplacesWhatWasStored() => Stage.Run(static async stage =>
    {
        var (registry, store) = await HeardAsync(stage, 1, 2, 3);
        registry.Fail(Refused);
        await using var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);
        registry.Tell(Stage.Catalog(9, 7, 8));
        await stage.AdvanceAsync(11);

        Assert.Equal((CatalogOrigin.Live, 0), (watcher.View.Origin, watcher.View.Held));
        Assert.Equal(["orders-7", "orders-8"], watcher.View.Catalog.Instances.Select(static i => i.Id));
        Assert.Single(stage.Journal.Recoveries);
    });

    [Fact]
    public void FirstAnswer_ThatNamesNobody_IsHeldAgainstWhatWasStored() => Stage.Run(static async stage =>
    {
        var (registry, store) = await HeardAsync(stage, 1, 2, 3);
        registry.Fail(Refused);
        await using var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);
        registry.Tell(Stage.Catalog(9));
        await stage.AdvanceAsync(11);
        Assert.Equal((CatalogOrigin.Held, 3), (watcher.View.Origin, watcher.View.Held));
        await stage.AdvanceAsync(31);
        Assert.Equal((CatalogOrigin.Live, 0), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Theory]
    [InlineData(24 * 3600 + 1, false)]
    [InlineData(24 * 3600 - 60, true)]
    [InlineData(-1800, true)]
    [InlineData(-7200, false)]
    public void Stored_TooOldOrFromTheFuture_IsNotUsedAndSaid(double age, bool isUsed) => Stage.Run(async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Fail(Refused);
        var heardAt = stage.Environment.Time.GetUtcNow() - TimeSpan.FromSeconds(age);
        var store = new MemoryStore(stage) { Kept = new StoredCatalog(Stage.Catalog(5, 1, 2), heardAt) };
        await using var watcher = Watch(stage, registry, store);
        await stage.AdvanceAsync(10);
        Assert.Equal(isUsed ? CatalogOrigin.Disk : CatalogOrigin.None, watcher.View.Origin);
        Assert.Equal(isUsed ? 0 : 1, stage.Journal.StoreFailures.Count(static e => e is CatalogStoreException));
        if (age < 0 && isUsed) Assert.InRange(watcher.View.Age.TotalSeconds, 0, 10);
    });

    [Fact]
    public void Changes_ByTheHundred_AreWrittenOnceASecondAndTheLastAlways() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        var store = new MemoryStore(stage);
        var watcher = Watch(stage, registry, store);
        for (var i = 1; i <= 1000; i++)
        {
            registry.Tell(Stage.Catalog(i, 1));
            await stage.AdvanceAsync(0.01);
        }

        Assert.InRange(store.Saves.Count, 9, 11);
        Assert.All(store.Saves.Zip(store.Saves.Skip(1)), static p => Assert.True(p.Second - p.First >= TimeSpan.FromSeconds(1)));
        await watcher.DisposeAsync();
        Assert.Equal(1000, store.Kept!.Catalog.Revision);
    });

    [Fact]
    public void QuietService_IsConfirmedWhileTheRegistryIsWatched_AndNotDuringAnOutage() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        var store = new MemoryStore(stage);
        await using var watcher = Watch(stage, registry, store);
        await stage.AdvanceAsync(2 * 24 * 3600 - 10 * 3600);
        Assert.InRange((stage.Environment.Time.GetUtcNow() - store.Kept!.HeardAt).TotalMinutes, 0, 11);

        registry.Fail(Refused);
        var lostAt = stage.Environment.Time.GetUtcNow();
        await stage.AdvanceAsync(3 * 3600);
        Assert.Equal(lostAt, store.Kept.HeardAt);
    });

    [Fact]
    public void Store_ThatFails_IsToldAndDisturbsNobody() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        var store = new MemoryStore(stage) { Error = new IOException("No space left on device.") };
        var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);
        registry.Tell(Stage.Catalog(2, 1, 2));
        await stage.AdvanceAsync(5);
        Assert.Equal((CatalogOrigin.Live, 2), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
        Assert.True(stage.Journal.StoreFailures.Count >= 2);

        store.Error = null;
        await watcher.DisposeAsync();
        Assert.Equal(2, store.Kept!.Catalog.Revision);
    });

    private static CatalogWatcher Watch(Stage stage, ScriptedRegistry registry, MemoryStore store) => new(
        registry, Stage.Service, static _ => { }, stage.Environment, new CatalogWatcherOptions { Store = store });

    // An earlier process that heard so.
    private static async Task<(ScriptedRegistry Registry, MemoryStore Store)> HeardAsync(Stage stage, params int[] instances)
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, instances));
        var store = new MemoryStore(stage);
        var watcher = Watch(stage, registry, store);
        await watcher.WaitForFirstAsync(default);
        await watcher.DisposeAsync();
        return (registry, store);
    }
}
