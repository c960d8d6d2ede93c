using HA.Core.Registry;
using HA.Core.Simulation;

namespace HA.Core.Tests.TimeTests;

public sealed class RegistrationKeeperDisposeTimeTests
{
    private static readonly ServiceInstance Orders = new("orders", "orders-1", "10.0.0.1", 8080);

    [Fact]
    public void Dispose_RegistryDeafToItsTokens_IsBounded() => Simulator.Run(1, static async simulation =>
    {
        var keeper = new RegistrationKeeper(new DeafRegistry(), Orders, simulation.Environment);
        await simulation.DelayAsync(TimeSpan.FromSeconds(20));
        var begun = simulation.Now;
        await keeper.DisposeAsync();

        Assert.InRange(simulation.Now - begun, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(RegistrationState.Deregistered, keeper.State);
    });

    [Fact]
    public void Dispose_Twice_BothWaitForTheDeregistration() => Simulator.Run(1, static async simulation =>
    {
        await using var registry = new InMemoryRegistry(simulation.Environment);
        var keeper = new RegistrationKeeper(registry, Orders, simulation.Environment);
        await keeper.WaitUntilRegisteredAsync();
        var first = keeper.DisposeAsync().AsTask();
        await keeper.DisposeAsync();

        Assert.Equal(RegistrationState.Deregistered, keeper.State);
        Assert.Empty((await registry.DiscoverAsync("orders", CancellationToken.None)).Instances);
        await first;
    });

    [Fact]
    public void Dispose_RegisteredButNeverTold_TakesLeaveAllTheSame() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Rewrite = static _ => throw new RegistryException("The answer is lost.") };
        var keeper = new RegistrationKeeper(registry, Orders, stage.Environment);
        await stage.AdvanceAsync(1);
        Assert.NotNull(await registry.FindAsync(Orders.Id));
        await keeper.DisposeAsync();

        Assert.Null(await registry.FindAsync(Orders.Id));
    });

    // Whatever the dice say, and to the last: 3.75 s are three quarters of the time that stopping may take.
    [Theory, InlineData(0.04), InlineData(1), InlineData(3.75)]
    public void Dispose_RegistryIsBackInTime_TakesLeave(double outage) => Stage.RunSeeds(100, async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = new RegistrationKeeper(registry, Orders, stage.Environment);
        await keeper.WaitUntilRegisteredAsync();
        registry.IsDown = true;
        var goodbye = keeper.DisposeAsync().AsTask();
        await stage.AdvanceAsync(outage);
        registry.IsDown = false;
        await goodbye;

        Assert.Null(await registry.FindAsync(Orders.Id));
        Assert.Null(stage.Journal.Registrations[^1].Error);
    });

    [Fact]
    public void Dispose_QuestionLost_IsAskedAgain() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = new RegistrationKeeper(registry, Orders, stage.Environment);
        await keeper.WaitUntilRegisteredAsync();
        registry.Hangs = true;
        var goodbye = keeper.DisposeAsync().AsTask();
        await stage.AdvanceAsync(0.1);
        registry.Hangs = false;
        await goodbye;

        Assert.Null(await registry.FindAsync(Orders.Id));
        Assert.Equal(2, registry.Times("deregister").Length);
    });

    [Fact]
    public void Dispose_RegistryStaysDown_AsksWithPausesUntilTheTimeIsOver() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = new RegistrationKeeper(registry, Orders, stage.Environment);
        await keeper.WaitUntilRegisteredAsync();
        registry.IsDown = true;
        var begun = stage.Now;
        await keeper.DisposeAsync();

        Assert.Equal(TimeSpan.FromSeconds(5), stage.Now - begun);
        Assert.InRange(registry.Times("deregister").Length, 5, 40);
        Assert.Equal((RegistrationState.Deregistered, "Connection refused."), Last(stage));
    });

    [Fact]
    public void Dispose_RegistryDisposed_DoesNotWait() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keeper = new RegistrationKeeper(registry, Orders, stage.Environment);
        await keeper.WaitUntilRegisteredAsync();
        await registry.DisposeAsync();
        var begun = stage.Now;
        await keeper.DisposeAsync();

        Assert.Equal(begun, stage.Now);
        Assert.IsType<ObjectDisposedException>(stage.Journal.Registrations[^1].Error);
    });

    private static (RegistrationState, string?) Last(Stage stage) =>
        (stage.Journal.Registrations[^1].State, stage.Journal.Registrations[^1].Error?.Message);

    /// <summary>Never answers, and does not listen when it is told to stop.</summary>
    private sealed class DeafRegistry : IServiceRegistry
    {
        public RegistryCapabilities Capabilities { get; } = new("deaf", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, SurvivesRestart: false);

        public ValueTask<ServiceRegistration> RegisterAsync(ServiceInstance instance, RegistrationTerms terms, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<ServiceRegistration>().Task);

        public ValueTask<RenewalResult> RenewAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<RenewalResult>().Task);

        public ValueTask DeregisterAsync(ServiceRegistration registration, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource().Task);

        public ValueTask<ServiceCatalog> DiscoverAsync(string service, CancellationToken cancellationToken) =>
            new(new TaskCompletionSource<ServiceCatalog>().Task);

        public IAsyncEnumerable<ServiceCatalog> WatchAsync(string service, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nobody watches here.");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
