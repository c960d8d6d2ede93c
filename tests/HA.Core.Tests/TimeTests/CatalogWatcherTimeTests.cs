using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class CatalogWatcherTimeTests
{
    private static readonly RegistryException Refused = new("Connection refused.");

    [Fact]
    public void Outage_AfterAGoodCatalog_KeepsItAndTellsItsAge() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1, 2, 3));
        await using var watcher = Watch(stage, registry, out var served);
        await watcher.WaitForFirstAsync(default);
        Assert.Equal(CatalogOrigin.Live, watcher.View.Origin);

        registry.Fail(Refused);
        await stage.AdvanceAsync(3600);

        Assert.Equal(CatalogOrigin.Cached, watcher.View.Origin);
        Assert.Equal(3, watcher.View.Catalog.Instances.Length);
        Assert.Equal(TimeSpan.FromHours(1), watcher.View.Age);
        Assert.Single(served);
    });

    [Fact]
    public void Age_OfAQuietService_CountsFromTheLossOfTheRegistry() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var watcher = Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        await stage.AdvanceAsync(7200);
        Assert.Equal((true, TimeSpan.Zero), (watcher.View.IsCurrent, watcher.View.Age));

        // Attempts that fail do not make it younger.
        registry.Fail(Refused);
        await stage.AdvanceAsync(90);
        Assert.Equal((false, TimeSpan.FromSeconds(90)), (watcher.View.IsCurrent, watcher.View.Age));
        Assert.Equal("revision 1, registry unreachable, last known, 90.0 s old, 1 instances", watcher.View.ToString());

        registry.Tell(Stage.Catalog(1, 1));
        await stage.AdvanceAsync(11);
        Assert.Equal((true, TimeSpan.Zero), (watcher.View.IsCurrent, watcher.View.Age));
        registry.Fail(Refused);
        await stage.AdvanceAsync(5);
        Assert.Equal(TimeSpan.FromSeconds(5), watcher.View.Age);
    });

    [Fact]
    public void Outage_Over_IsToldAndLiveAgain() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var watcher = Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        Assert.Empty(stage.Journal.Recoveries);
        registry.Fail(Refused);
        await stage.AdvanceAsync(60);
        registry.Tell(Stage.Catalog(2, 1, 2));
        await stage.AdvanceAsync(11);

        Assert.Single(stage.Journal.Recoveries);
        Assert.Equal((CatalogOrigin.Live, 2), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void Backoff_HasFullJitterGrowsAndResets()
    {
        var sums = new double[8];
        Stage.RunSeeds(60, async stage =>
        {
            var registry = new ScriptedRegistry(stage);
            registry.Fail(Refused);
            await using var watcher = Watch(stage, registry, out _);
            await stage.UntilAsync(() => stage.Journal.RegistryFailures.Count >= 8);
            for (var i = 0; i < 8; i++)
            {
                var wait = stage.Journal.RegistryFailures[i].RetryAfter.TotalSeconds;
                Assert.InRange(wait, 0, Ceiling(i));
                sums[i] += wait;
            }

            registry.Tell(Stage.Catalog(1, 1));
            await watcher.WaitForFirstAsync(default);
            registry.Fail(Refused);
            var before = stage.Journal.RegistryFailures.Count;
            await stage.UntilAsync(() => stage.Journal.RegistryFailures.Count > before);
            Assert.InRange(stage.Journal.RegistryFailures[before].RetryAfter.TotalSeconds, 0, 0.2);
        });

        // The mean of 60 uniform draws lies within a fifth of the ceiling around its half (five sigma).
        for (var i = 0; i < 8; i++) Assert.InRange(sums[i] / 60 / Ceiling(i), 0.3, 0.7);

        static double Ceiling(int failure) => Math.Min(10, 0.2 * (1 << failure));
    }

    [Fact]
    public void Watch_ThatEndsByItself_IsAFailureAndTriedAgain() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var watcher = Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        registry.EndWatches();
        await stage.AdvanceAsync(30);

        Assert.True(registry.WatchesBegun.Count > 2);
        Assert.Contains("ended by itself", stage.Journal.RegistryFailures[0].Error.Message, StringComparison.Ordinal);
        Assert.Single(watcher.View.Catalog.Instances);
    });

    [Fact]
    public void First_NotYetThere_IsWaitedForUntilCancelled() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = Watch(stage, registry, out _);
        using var end = new CancellationTokenSource();
        var cancelled = watcher.WaitForFirstAsync(end.Token).AsTask();
        var waiting = watcher.WaitForFirstAsync(default).AsTask();
        await stage.AdvanceAsync(5);
        Assert.Equal((CatalogOrigin.None, TimeSpan.Zero), (watcher.View.Origin, watcher.View.Age));
        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);

        registry.Tell(Stage.Catalog(1));
        await waiting;
        Assert.Equal(TimeSpan.FromSeconds(5), stage.Now);
    });

    [Fact]
    public void Dispose_WhileTheRegistryHangs_IsPrompt() => Stage.Run(static async stage =>
    {
        var watcher = Watch(stage, new ScriptedRegistry(stage), out _);
        await stage.AdvanceAsync(1);
        await watcher.DisposeAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), stage.Now);
        await watcher.DisposeAsync();
    });

    [Fact]
    public void Dispose_DuringABackoff_IsPrompt() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Fail(Refused);
        var watcher = Watch(stage, registry, out _);
        await stage.AdvanceAsync(100);
        await watcher.DisposeAsync();
        Assert.Equal(TimeSpan.FromSeconds(100), stage.Now);
    });

    [Fact]
    public void FirstAnswer_ThatNeverComes_IsAFailureAndTriedAgain() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        await using var watcher = Watch(stage, registry, out _);
        await stage.AdvanceAsync(60);
        Assert.InRange(registry.WatchesBegun.Count, 4, 6);
        Assert.All(stage.Journal.RegistryFailures, static f => Assert.Contains("within 00:00:10", f.Error.Message, StringComparison.Ordinal));

        registry.Tell(Stage.Catalog(1, 1));
        await watcher.WaitForFirstAsync(default);
        // After the first answer silence is what a watch is like when nothing happens.
        var failures = stage.Journal.RegistryFailures.Count;
        await stage.AdvanceAsync(3600);
        Assert.Equal((CatalogOrigin.Live, failures), (watcher.View.Origin, stage.Journal.RegistryFailures.Count));
    });

    [Fact]
    public void FirstAnswer_AfterAReconnect_IsWaitedForNoLongerEither() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage);
        registry.Tell(Stage.Catalog(1, 1));
        await using var watcher = Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        registry.Fail(Refused);
        await stage.AdvanceAsync(1);
        registry.Hang();
        await stage.AdvanceAsync(60);
        Assert.Equal((CatalogOrigin.Cached, 1), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
        Assert.Contains(stage.Journal.RegistryFailures, static f => f.Error.Message.Contains("did not answer", StringComparison.Ordinal));
    });

    [Fact]
    public void Dispose_OfAWatchThatIsDeaf_IsBounded() => Stage.Run(static async stage =>
    {
        var registry = new ScriptedRegistry(stage) { IsDeaf = true };
        registry.Tell(Stage.Catalog(1, 1));
        var watcher = Watch(stage, registry, out _);
        await watcher.WaitForFirstAsync(default);
        await watcher.DisposeAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), stage.Now);
    });

    internal static CatalogWatcher Watch(Stage stage, ScriptedRegistry registry, out List<ServiceCatalog> served)
    {
        var list = served = [];
        return new CatalogWatcher(registry, Stage.Service, list.Add, stage.Environment);
    }
}
