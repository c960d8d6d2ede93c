using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class MassRemovalTimeTests
{
    [Fact]
    public void EmptyAnswer_IsHeldThenBelievedAfterASecondRead() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        await stage.AdvanceAsync(29.999);

        Assert.Equal((CatalogOrigin.Held, 4, 4), (watcher.View.Origin, watcher.View.Held, watcher.View.Catalog.Instances.Length));
        Assert.Equal([4], stage.Journal.Held);
        Assert.Empty(registry.Reads);

        await stage.AdvanceAsync(0.001);
        Assert.Equal([TimeSpan.FromSeconds(30)], registry.Reads);
        Assert.Equal((CatalogOrigin.Live, 0, 0), (watcher.View.Origin, watcher.View.Held, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void SecondRead_ThatNamesThemAgain_KeepsThem() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        registry.Read = static _ => Task.FromResult(Stage.Catalog(3, 1, 2, 3, 4));
        await stage.AdvanceAsync(31);

        Assert.Equal((CatalogOrigin.Live, 0, 4), (watcher.View.Origin, watcher.View.Held, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void SecondRead_ThatFails_HoldsOnAndTriesAgain() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        registry.Read = static _ => throw new RegistryException("Connection refused.");
        await stage.AdvanceAsync(59);
        Assert.Equal((CatalogOrigin.Held, 4), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));

        registry.Read = null;
        await stage.AdvanceAsync(2);
        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)], registry.Reads);
        Assert.Empty(watcher.View.Catalog.Instances);
    });

    [Fact]
    public void SecondRead_ThatHangs_HoldsOn() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        registry.Read = Hang;
        await stage.AdvanceAsync(500);
        Assert.Equal((CatalogOrigin.Held, 4), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
        Assert.True(registry.Reads.Count > 5);
    });

    [Fact]
    public void ExplicitDeparture_OfAll_IsBelievedAtOnce() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2) with { Departed = ["orders-1", "orders-2", "orders-3", "orders-4"] });
        await stage.AdvanceAsync(0.001);

        Assert.Equal((CatalogOrigin.Live, 0), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
        Assert.Empty(stage.Journal.Held);
    });

    [Fact]
    public void SmallRemoval_IsBelievedAtOnce() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2, 1, 2));
        await stage.AdvanceAsync(0.001);
        Assert.Equal((CatalogOrigin.Live, 2), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void OutageDuringAHold_KeepsTheHeldOnes() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        await stage.AdvanceAsync(10);
        registry.Fail(new RegistryException("Connection refused."));
        await stage.AdvanceAsync(600);
        Assert.Equal((CatalogOrigin.Cached, 4), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void FirstAnswer_AfterAnOutage_IsDoubtedEvenAboutOne() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Fail(new RegistryException("Connection refused."));
        await stage.AdvanceAsync(60);
        // Its lease could not be renewed while the registry was down; it registers again in a moment.
        registry.Tell(Stage.Catalog(2, 1, 2, 3));
        await stage.AdvanceAsync(11);
        Assert.Equal((CatalogOrigin.Held, 1, 4), (watcher.View.Origin, watcher.View.Held, watcher.View.Catalog.Instances.Length));

        registry.Tell(Stage.Catalog(3, 1, 2, 3, 4));
        await stage.AdvanceAsync(0.001);
        Assert.Equal((CatalogOrigin.Live, 0, 4), (watcher.View.Origin, watcher.View.Held, watcher.View.Catalog.Instances.Length));
        registry.Tell(Stage.Catalog(4, 1, 2, 3));
        await stage.AdvanceAsync(0.001);
        Assert.Equal((CatalogOrigin.Live, 3), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void ExplicitDeparture_DuringAnOutage_IsBelievedAtOnce() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        registry.Fail(new RegistryException("Connection refused."));
        await stage.AdvanceAsync(60);
        registry.Tell(Stage.Catalog(2, 1) with { Departed = ["orders-2", "orders-3", "orders-4"] });
        await stage.AdvanceAsync(11);
        Assert.Equal((CatalogOrigin.Live, 1), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Theory, InlineData(false), InlineData(true)]
    public void RegistryThatComesBackEmpty_IsNotBelieved(bool endsByItself) => Stage.Run(async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = await BeginAsync(stage, registry);
        if (endsByItself) registry.EndWatches();
        else registry.Fail(new RegistryException("Connection reset."));
        await stage.AdvanceAsync(1);
        registry.Tell(Stage.Catalog(1));
        await stage.AdvanceAsync(11);
        Assert.Equal((CatalogOrigin.Held, 4), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Theory, InlineData(false), InlineData(true)]
    public void Dispose_WhileRemovalsAreHeld_EndsTheLoopInOrder(bool duringTheRead) => Stage.Run(async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        var watcher = await BeginAsync(stage, registry);
        registry.Tell(Stage.Catalog(2));
        if (duringTheRead) registry.Read = Hang;
        await stage.AdvanceAsync(duringTheRead ? 31 : 10);
        var before = stage.Now;
        await watcher.DisposeAsync();
        Assert.Equal(before, stage.Now);
    });

    private static async Task<ServiceCatalog> Hang(CancellationToken cancellationToken)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        return Stage.Catalog(9);
    }

    private static async Task<CatalogWatcher> BeginAsync(Stage stage, ScriptedRegistry registry)
    {
        registry.Tell(Stage.Catalog(1, 1, 2, 3, 4));
        var watcher = CatalogWatcherTimeTests.Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        return watcher;
    }
}
