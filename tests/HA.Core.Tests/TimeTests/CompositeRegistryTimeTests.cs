using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class CompositeRegistryTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Keeper_OverTwo_IsInBothAndLeavesBoth() => Run(static async (stage, old, @new, composite) =>
    {
        var keeper = Keep(stage, composite);
        await stage.AdvanceAsync(60);
        Assert.NotNull(await old.FindAsync("orders-1"));
        Assert.NotNull(await @new.FindAsync("orders-1"));
        Assert.Empty(composite.Drift);
        await keeper.DisposeAsync();
        Assert.Null(await old.FindAsync("orders-1"));
        Assert.Null(await @new.FindAsync("orders-1"));
        Assert.Empty(stage.Journal.SecondaryFailures);
    });

    [Theory, InlineData(false), InlineData(true)]
    public void Secondary_ThatFailsOrHangs_HarmsNobody(bool hangs) => Run(async (stage, old, @new, composite) =>
    {
        (@new.IsDown, @new.Hangs) = (!hangs, hangs);
        var keepers = Enumerable.Range(1, 200).Select(i => Keep(stage, composite, i, timeToLive: 3)).ToArray();
        foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync();
        Assert.InRange(stage.Now, TimeSpan.Zero, 2 * Second);
        for (var i = 0; i < 120; i++)
        {
            await stage.AdvanceAsync(1);
            Assert.Equal(200, (await old.Store.DiscoverAsync(Stage.Service, default)).Instances.Length);
        }

        Assert.All(keepers, static k => Assert.Equal(RegistrationState.Registered, k.State));
        Assert.DoesNotContain(stage.Journal.Registrations, static r => r.Error is not null);
        Assert.True(composite.IsSecondaryFailing);
        // One that is tried once a second, not by two hundred.
        Assert.InRange(@new.Requests.Count(static r => r.At > 10 * Second), 50, 130);

        (@new.IsDown, @new.Hangs) = (false, false);
        // The first write that gets through opens the way; then everybody's next renewal does.
        await stage.AdvanceAsync(3);
        Assert.Equal(200, (await @new.Store.DiscoverAsync(Stage.Service, default)).Instances.Length);
        Assert.False(composite.IsSecondaryFailing);
        await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
    });

    [Fact]
    public void Secondary_ThatIsWiped_IsFilledByTheNextRenewals() => Run(static async (stage, _, @new, composite) =>
    {
        await using var keeper = Keep(stage, composite);
        await stage.AdvanceAsync(20);
        @new.Store.Wipe();
        await stage.AdvanceAsync(5);
        Assert.NotNull(await @new.FindAsync("orders-1"));
    });

    [Fact]
    public void Primary_ThatFails_IsAFailure_AndTheOtherIsKeptAlive() => Run(static async (stage, old, @new, composite) =>
    {
        await using var keeper = Keep(stage, composite);
        await stage.AdvanceAsync(20);
        old.IsDown = true;
        await stage.AdvanceAsync(120);
        Assert.Equal(RegistrationState.Lost, keeper.State);
        await Assert.ThrowsAsync<RegistryException>(async () => await composite.DiscoverAsync(Stage.Service, default));
        Assert.NotNull(await @new.FindAsync("orders-1"));

        // The way out.
        composite.ReadFrom = CompositeSide.Second;
        await stage.AdvanceAsync(6);
        Assert.Equal(RegistrationState.Registered, keeper.State);
        Assert.Single((await composite.DiscoverAsync(Stage.Service, default)).Instances);
    });

    [Fact]
    public void Primary_ThatFails_StillLetsNewOnesIntoTheOther() => Run(static async (stage, old, @new, composite) =>
    {
        old.IsDown = true;
        await using var keeper = Keep(stage, composite);
        await stage.AdvanceAsync(1);
        Assert.Equal(RegistrationState.Registering, keeper.State);
        Assert.NotNull(await @new.FindAsync("orders-1"));
    });

    [Fact]
    public void Switch_WhileWatched_GoesOnWithoutAGap() => Run(static async (stage, old, @new, composite) =>
    {
        var keepers = Enumerable.Range(1, 4).Select(i => Keep(stage, composite, i)).ToArray();
        var served = new List<ServiceCatalog>();
        await using var watcher = new CatalogWatcher(composite, Stage.Service, served.Add, stage.Environment);
        await stage.AdvanceAsync(20);
        served.Clear();
        composite.ReadFrom = CompositeSide.Second;
        await stage.AdvanceAsync(1);
        Assert.Equal(CatalogOrigin.Live, watcher.View.Origin);
        Assert.All(served, static c => Assert.Equal(4, c.Instances.Length));
        Assert.Contains(stage.Journal.RegistryFailures, static f => f.Error.Message.Contains("the other registry", StringComparison.Ordinal));

        // From now on the second one counts.
        await old.Store.DisposeAsync();
        await keepers[0].DisposeAsync();
        await stage.AdvanceAsync(0.1);
        Assert.Equal(3, watcher.View.Catalog.Instances.Length);
        Assert.Equal(3, (await @new.Store.DiscoverAsync(Stage.Service, default)).Instances.Length);
        foreach (var keeper in keepers) await keeper.DisposeAsync();
    });

    [Fact]
    public void Switch_ToARegistryThatLacksMost_IsDoubted() => Run(static async (stage, old, _, composite) =>
    {
        foreach (var number in Enumerable.Range(1, 4))
            await old.Store.RegisterAsync(Stage.Instance(number), new RegistrationTerms($"owner-{number}", TimeSpan.FromHours(1), TakeOver: true), default);
        await using var watcher = new CatalogWatcher(composite, Stage.Service, static _ => { }, stage.Environment);
        await watcher.WaitForFirstAsync(default);
        composite.ReadFrom = CompositeSide.Second;
        await stage.AdvanceAsync(1);
        Assert.Equal((CatalogOrigin.Held, 4), (watcher.View.Origin, watcher.View.Catalog.Instances.Length));
    });

    [Fact]
    public void Drift_ThatLasts_IsToldOnceAndItsEndToo() => Run(static async (stage, old, @new, composite) =>
    {
        await using var keeper = Keep(stage, composite);
        var alone = await old.Store.RegisterAsync(Stage.Instance(2), Terms("old only"), default);
        await @new.Store.RegisterAsync(Stage.Instance(3), Terms("new only"), default);
        await old.Store.RegisterAsync(Stage.Instance(4), Terms("both"), default);
        await @new.Store.RegisterAsync(Stage.Instance(4).WithWeight(9), Terms("both"), default);
        var now = await composite.CompareAsync(Stage.Service);
        Assert.Equal("orders: 1 missing (orders-2), 1 extra (orders-3), 1 different (orders-4)", now.ToString());

        await stage.AdvanceAsync(16);
        Assert.Empty(composite.Drift);
        await stage.AdvanceAsync(90);
        Assert.True(Assert.Single(composite.Drift).IsSame(now));
        Assert.Equal([(1, 1, 1)], stage.Journal.Drifts);

        await old.Store.DeregisterAsync(alone, default);
        await stage.AdvanceAsync(60);
        Assert.Equal([(1, 1, 1), (0, 1, 1)], stage.Journal.Drifts);
        composite.ReadFrom = CompositeSide.Second;
        await stage.AdvanceAsync(60);
        Assert.Equal((1, 0, 1), stage.Journal.Drifts[^1]);
    });

    [Fact]
    public void Owner_ThatOnlyTheSecondKnows_IsToldAndHarmsNobody() => Run(static async (stage, old, @new, composite) =>
    {
        await using var keeper = Keep(stage, composite);
        await stage.AdvanceAsync(20);
        await @new.Store.RegisterAsync(Stage.Instance(1), Terms("another"), default);
        await stage.AdvanceAsync(20);
        Assert.Equal(RegistrationState.Registered, keeper.State);
        Assert.NotNull(await old.FindAsync("orders-1"));
        Assert.Contains(stage.Journal.SecondaryFailures, static e => e is RegistrationFencedException);
    });

    [Fact]
    public void Two_ThatAreOne_AreRefused() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        Assert.Throws<ArgumentException>(() => new CompositeRegistry(registry, registry, environment: stage.Environment));
    });

    private static RegistrationTerms Terms(string owner) => new(owner, TimeSpan.FromHours(1), TakeOver: true);

    private static RegistrationKeeper Keep(Stage stage, IServiceRegistry registry, int number = 1, double timeToLive = 15) =>
        RegistrationKeeperTimeTests.Keep(stage, registry, number, timeToLive: timeToLive);

    private static void Run(Func<Stage, UnreliableRegistry, UnreliableRegistry, CompositeRegistry, Task> test) => Stage.Run(async stage =>
    {
        var old = new UnreliableRegistry(stage);
        var @new = new UnreliableRegistry(stage);
        await using var composite = new CompositeRegistry(old, @new, environment: stage.Environment);
        await test(stage, old, @new, composite);
    });
}
