using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class InMemoryRegistryTimeTests
{
    [Fact]
    public void Entry_Unrenewed_IsThereToTheLastTickAndGoneAtTheNext() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await RegisterAsync(registry, 1, seconds: 10);

        await stage.AdvanceAsync(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Single(await InstancesAsync(registry));
        await stage.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Empty(await InstancesAsync(registry));
    });

    [Fact]
    public void Entry_Renewed_LivesItsFullTimeFromThen() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        var registration = await RegisterAsync(registry, 1, seconds: 10);

        await stage.AdvanceAsync(6);
        Assert.Equal(RenewalResult.Renewed, await registry.RenewAsync(registration, default));
        await stage.AdvanceAsync(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Single(await InstancesAsync(registry));
        await stage.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(registration, default));
    });

    [Fact]
    public void Expiry_OfSeveralEntries_ReachesAWatchAtEachMoment() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await using var follow = Follow(stage, registry, out var seen);
        // The longest first, so that the timer has to be set earlier each time.
        await RegisterAsync(registry, 3, seconds: 3);
        await RegisterAsync(registry, 2, seconds: 2);
        await RegisterAsync(registry, 1, seconds: 1);
        await stage.AdvanceAsync(5);

        Assert.Equal([(1.0, 2), (2.0, 1), (3.0, 0)], seen.Where(static s => s.At > 0));
    });

    [Fact]
    public void Expiry_AfterARenewal_RearmsForTheRest() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await using var follow = Follow(stage, registry, out var seen);
        var registration = await RegisterAsync(registry, 1, seconds: 2);
        await stage.AdvanceAsync(1.5);
        await registry.RenewAsync(registration, default);
        await stage.AdvanceAsync(5);

        Assert.Equal([(3.5, 0)], seen.Where(static s => s.At > 0));
    });

    [Fact]
    public void Wipe_TellsWatchersAtOnceAndCallsNobodyDeparted() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await using var follow = Follow(stage, registry, out var seen);
        var registration = await RegisterAsync(registry, 1, seconds: 60);
        await stage.AdvanceAsync(1);
        registry.Wipe();
        await stage.AdvanceAsync(1);

        Assert.Equal((1.0, 0), seen[^1]);
        Assert.Empty((await registry.DiscoverAsync(Stage.Service, default)).Departed);
        Assert.Equal(RenewalResult.Lost, await registry.RenewAsync(registration, default));
    });

    [Fact]
    public void Departure_IsForgottenAfterItsMemory() => Stage.Run(static async stage =>
    {
        await using var registry = new InMemoryRegistry(stage.Environment);
        await registry.DeregisterAsync(await RegisterAsync(registry, 1, seconds: 60), default);

        await stage.AdvanceAsync(InMemoryRegistry.DepartureMemory - TimeSpan.FromTicks(1));
        Assert.Equal("orders-1", Assert.Single((await registry.DiscoverAsync(Stage.Service, default)).Departed));
        await stage.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Empty((await registry.DiscoverAsync(Stage.Service, default)).Departed);
    });

    [Fact]
    public void Dispose_WhileWatched_EndsTheWatchWithAnException() => Stage.Run(static async stage =>
    {
        var registry = new InMemoryRegistry(stage.Environment);
        var watch = registry.WatchAsync(Stage.Service, default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync().AsTask();
        await registry.DisposeAsync();
        await registry.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
        await watch.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await RegisterAsync(registry, 1, seconds: 1));
    });

    private static Task<ServiceRegistration> RegisterAsync(InMemoryRegistry registry, int number, double seconds) =>
        registry.RegisterAsync(
            Stage.Instance(number), new RegistrationTerms($"owner-{number}", TimeSpan.FromSeconds(seconds), TakeOver: true), default).AsTask();

    private static async Task<IReadOnlyList<ServiceInstance>> InstancesAsync(InMemoryRegistry registry) =>
        (await registry.DiscoverAsync(Stage.Service, default)).Instances;

    private static SpawnedLoop Follow(Stage stage, InMemoryRegistry registry, out List<(double At, int Count)> seen)
    {
        var list = seen = [];
        return stage.Environment.Spawn("follow", async stop =>
        {
            await foreach (var catalog in registry.WatchAsync(Stage.Service, stop))
                list.Add((stage.Now.TotalSeconds, catalog.Instances.Length));
        });
    }
}
