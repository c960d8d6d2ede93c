using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class RegistrationUpdateTimeTests
{
    [Fact]
    public void Update_IsWrittenAtOnce() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);
        await stage.AdvanceAsync(2);
        keeper.Update(keeper.Instance.WithWeight(5));
        await stage.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Equal(5, (await registry.FindAsync("orders-1"))!.Weight);
        Assert.Equal(RegistrationState.Registered, keeper.State);
    });

    [Fact]
    public void Update_WhileTheRegistryIsDown_IsWrittenAfterwards() => Stage.RunSeeds(10, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);
        registry.IsDown = true;
        await stage.AdvanceAsync(40);
        keeper.Update(keeper.Instance.WithStatus(ServiceStatus.Draining));
        await stage.AdvanceAsync(40);
        registry.IsDown = false;
        await stage.AdvanceAsync(6);
        Assert.Equal(ServiceStatus.Draining, (await registry.FindAsync("orders-1"))!.Status);
    });

    [Fact]
    public void Update_ThenLoss_RegistersTheLatest() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);
        keeper.Update(keeper.Instance.WithWeight(5));
        await stage.AdvanceAsync(1);
        registry.Store.Wipe();
        await stage.AdvanceAsync(6);
        Assert.Equal(5, (await registry.FindAsync("orders-1"))!.Weight);
    });

    [Fact]
    public void Update_AfterATakeOver_DoesNotTakeTheIdBack() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var former = RegistrationKeeperTimeTests.Keep(stage, registry, port: 1001);
        await former.WaitUntilRegisteredAsync(default);
        await using var current = RegistrationKeeperTimeTests.Keep(stage, registry, port: 1002);
        await current.WaitUntilRegisteredAsync(default);
        former.Update(former.Instance.WithWeight(5));
        await stage.AdvanceAsync(0.001);
        Assert.Equal(1002, (await registry.FindAsync("orders-1"))!.Port);
        Assert.Equal(RegistrationState.Lost, former.State);
        await stage.AdvanceAsync(30);
        Assert.Equal(1002, (await registry.FindAsync("orders-1"))!.Port);
        Assert.Equal(RegistrationState.Fenced, former.State);
    });

    [Fact]
    public void Update_OfAnotherInstance_IsRefused() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        Assert.Throws<ArgumentException>(() => keeper.Update(Stage.Instance(2)));
    });

    [Fact]
    public void Registry_ThatConfirmsOtherValues_IsNotWrittenToAllTheTime() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Rewrite = static i => i.WithWeight(3) };
        await using var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(60);
        Assert.Single(registry.Times("register"));
        Assert.InRange(registry.Times("renew").Length, 11, 14);
    });

    [Fact]
    public void Dispose_Deregisters_AndWritesNothingAfterwards() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(4.9);
        keeper.Update(keeper.Instance.WithWeight(7));
        await keeper.DisposeAsync();
        Assert.Null(await registry.FindAsync("orders-1"));
        Assert.Equal(RegistrationState.Deregistered, keeper.State);
        var requests = registry.Requests.Count;
        await keeper.DisposeAsync();
        keeper.Update(keeper.Instance.WithWeight(8));
        await stage.AdvanceAsync(600);
        Assert.Equal(requests, registry.Requests.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await keeper.WaitUntilRegisteredAsync(default));
    });

    [Fact]
    public void Dispose_WhileTheRegistryHangs_TakesNoLongerThanItsTimeout() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(1);
        registry.Hangs = true;
        await keeper.DisposeAsync();
        Assert.Equal(TimeSpan.FromSeconds(1 + 5), stage.Now);
        Assert.Equal(RegistrationState.Deregistered, keeper.State);
        Assert.IsType<RegistryException>(stage.Journal.Registrations[^1].Error);
    });

    [Fact]
    public void Dispose_WhileRegisteringHangs_WaitsForItAndSaysGoodbyeInTime() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Hangs = true };
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(1);
        await keeper.DisposeAsync();
        Assert.InRange(stage.Now.TotalSeconds, 1, 1 + 5);
        Assert.Equal(["register", "deregister"], registry.Requests.Select(static r => r.What));
    });

    [Fact]
    public void Dispose_WhileARegistrationIsOnItsWay_UndoesItAfterwards() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Latency = TimeSpan.FromSeconds(1) };
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await stage.AdvanceAsync(0.5);
        await keeper.DisposeAsync();

        Assert.Equal([TimeSpan.FromSeconds(1)], registry.Times("deregister"));
        Assert.Null(await registry.FindAsync("orders-1"));
    });

    [Theory, InlineData(false), InlineData(true)]
    public void Dispose_AfterALostAnswer_UndoesTheRegistration(bool onTheWay) => Stage.Run(async stage =>
    {
        var registry = new UnreliableRegistry(stage) { LosesAnswers = true };
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        // The request is given up after three seconds.
        await stage.AdvanceAsync(onTheWay ? 1 : 3.0001);
        Assert.NotNull(await registry.FindAsync("orders-1"));
        Assert.Equal(RegistrationState.Registering, keeper.State);
        var begun = stage.Now;
        await keeper.DisposeAsync();

        Assert.InRange((stage.Now - begun).TotalSeconds, 0, 5);
        Assert.Null(await registry.FindAsync("orders-1"));
        await stage.AdvanceAsync(60);
        Assert.Null(await registry.FindAsync("orders-1"));
    });

    [Fact]
    public void Dispose_TwiceAtOnce_DeregistersOnce() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = RegistrationKeeperTimeTests.Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);
        await Task.WhenAll(keeper.DisposeAsync().AsTask(), keeper.DisposeAsync().AsTask());
        Assert.Single(registry.Times("deregister"));
    });
}
