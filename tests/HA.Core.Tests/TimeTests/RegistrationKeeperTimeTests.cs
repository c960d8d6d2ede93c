using HA.Core.Registry;

namespace HA.Core.Tests.TimeTests;

public sealed class RegistrationKeeperTimeTests
{
    private const double TimeToLive = 15;

    [Fact]
    public void Renewals_ComeAtAThirdOfTheTimeToLive_NeverLater() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(300);

        var times = registry.Times("register").Concat(registry.Times("renew")).ToArray();
        Assert.InRange(times.Length, 60, 69);
        // The first one comes anywhere in the period, so that those who registered together part.
        Assert.InRange((times[1] - times[0]).TotalSeconds, 0, 5);
        for (var i = 2; i < times.Length; i++) Assert.InRange((times[i] - times[i - 1]).TotalSeconds, 4.5, 5);
        Assert.Single(registry.Times("register"));
    });

    [Fact]
    public void Renewals_OfManyKeepers_Spread() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keepers = Enumerable.Range(1, 100).Select(i => Keep(stage, registry, i)).ToArray();
        await stage.AdvanceAsync(120);
        var late = registry.Times("renew").Where(static t => t > TimeSpan.FromSeconds(60));
        var peak = late.GroupBy(static t => (int)(t.TotalSeconds * 10)).Max(static g => g.Count());
        // A hundred in 5 s are two in each 100 ms on average.
        Assert.InRange(peak, 1, 20);
        foreach (var keeper in keepers) await keeper.DisposeAsync();
    });

    [Fact]
    public void Wipe_IsNoticedAndRegisteredAgain() => Stage.RunSeeds(10, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        for (var i = 0; i < 3; i++)
        {
            await stage.AdvanceAsync(20 + i);
            registry.Store.Wipe();
            await stage.AdvanceAsync(TimeToLive / 3);
            Assert.NotNull(await registry.FindAsync("orders-1"));
            Assert.Equal(RegistrationState.Registered, keeper.State);
        }
    });

    [Theory, InlineData(0.5), InlineData(1.5), InlineData(20)]
    public void Outage_OfSoManyTimesToLive_IsOverWithinAThirdAndASecond(double lifetimes) => Stage.RunSeeds(50, async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(31);
        registry.IsDown = true;
        await stage.AdvanceAsync(lifetimes * TimeToLive);
        Assert.Equal(lifetimes < 0.6, await registry.FindAsync("orders-1") is not null);
        registry.IsDown = false;
        await stage.AdvanceAsync((TimeToLive / 3) + 1);

        Assert.NotNull(await registry.FindAsync("orders-1"));
        Assert.Equal(RegistrationState.Registered, keeper.State);
    });

    [Theory, InlineData(0.5), InlineData(20)]
    public void HangingRegistry_IsGivenUpOnAndAskedAgain(double lifetimes) => Stage.RunSeeds(20, async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(31);
        registry.Hangs = true;
        await stage.AdvanceAsync(lifetimes * TimeToLive);
        registry.Hangs = false;
        // What was asked while it hung is answered by nobody.
        await stage.AdvanceAsync((TimeToLive / 3) + 1);

        Assert.NotNull(await registry.FindAsync("orders-1"));
        Assert.Equal(RegistrationState.Registered, keeper.State);
    });

    [Fact]
    public void Registry_DownFromTheStart_IsAskedForEver() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { IsDown = true };
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(TimeSpan.FromHours(5));
        Assert.Equal(RegistrationState.Registering, keeper.State);
        Assert.InRange(registry.Times("register").Length, 5 * 3600 / 5, 5 * 3600);
        registry.IsDown = false;
        await keeper.WaitUntilRegisteredAsync(default);
    });

    [Fact]
    public void TakenOver_StopsForGoodAndSaysSo() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var former = Keep(stage, registry);
        await stage.AdvanceAsync(7);
        await using var current = Keep(stage, registry);
        await current.WaitUntilRegisteredAsync(default);
        await stage.AdvanceAsync(TimeToLive / 3);
        Assert.Equal(RegistrationState.Lost, former.State);
        await stage.AdvanceAsync((TimeToLive * 4 / 3) + 1);
        Assert.Equal(RegistrationState.Fenced, former.State);
        await Assert.ThrowsAsync<RegistrationFencedException>(async () => await former.WaitUntilRegisteredAsync(default));
        Assert.Contains(stage.Journal.Registrations, static r => r is { State: RegistrationState.Fenced, Error: RegistrationFencedException });

        var writes = registry.Times("register").Length;
        former.Update(Stage.Instance(1).WithWeight(9));
        await stage.AdvanceAsync(600);
        Assert.Equal(writes, registry.Times("register").Length);
        Assert.Equal(1, (await registry.FindAsync("orders-1"))!.Weight);
    });

    [Fact]
    public void BackupThatHoldsAFormerOwner_IsRestored_TheLivingOneIsBack() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var backup = new InMemoryRegistry(stage.Environment);
        await backup.RegisterAsync(Stage.Instance(1).WithWeight(7), new RegistrationTerms("former", TimeSpan.FromHours(1), TakeOver: true), default);
        await stage.AdvanceAsync(7);
        await using var keeper = Keep(stage, registry);
        await keeper.WaitUntilRegisteredAsync(default);

        registry.Store = backup;
        await stage.AdvanceAsync((TimeToLive / 3) + 1);
        Assert.Equal(RegistrationState.Registered, keeper.State);
        Assert.Equal(1, (await registry.FindAsync("orders-1"))!.Weight);
        Assert.DoesNotContain(stage.Journal.Registrations, static r => r.State == RegistrationState.Fenced);
    });

    // Found by exploring: a process died while its first request waited in a slow registry; its successor had registered by then,
    // and was fenced for ever by the dead one.
    [Fact]
    public void LateRequestOfADeadProcess_TakesTheId_TheLivingOneIsBack() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(7);
        await RegisterAsDeadAsync(registry);
        await stage.AdvanceAsync(TimeToLive - 0.1);
        Assert.Equal(1, (await registry.FindAsync("orders-1"))!.Port);

        await stage.AdvanceAsync((TimeToLive / 3) + 1);
        Assert.Equal(RegistrationState.Registered, keeper.State);
        Assert.Equal(8080, (await registry.FindAsync("orders-1"))!.Port);
        Assert.DoesNotContain(stage.Journal.Registrations, static r => r.State == RegistrationState.Fenced);
    });

    // A registry that was away may give every lease its full time again: that is not the dead process renewing.
    [Fact]
    public void LateRequestOfADeadProcess_LivingThroughAnOutage_IsStillNoSuccessor() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var keeper = Keep(stage, registry);
        await stage.AdvanceAsync(7);
        await RegisterAsDeadAsync(registry);
        await stage.AdvanceAsync(TimeToLive / 2);
        registry.IsDown = true;
        await RegisterAsDeadAsync(registry);
        await stage.AdvanceAsync(TimeToLive * 0.9);
        await RegisterAsDeadAsync(registry);
        registry.IsDown = false;

        await stage.AdvanceAsync((TimeToLive * 4 / 3) + 1);
        Assert.Equal(RegistrationState.Registered, keeper.State);
        Assert.Equal(8080, (await registry.FindAsync("orders-1"))!.Port);
    });

    private static async Task RegisterAsDeadAsync(UnreliableRegistry registry)
    {
        var terms = new RegistrationTerms("dead", TimeSpan.FromSeconds(TimeToLive), TakeOver: true);
        await registry.Store.RegisterAsync(new ServiceInstance(Stage.Service, "orders-1", "10.0.0.1", 1), terms, default);
    }

    [Fact]
    public void TwoOwnersOfOneId_NeverFlipFlop() => Stage.RunSeeds(20, static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        await using var one = Keep(stage, registry, port: 1001);
        await using var two = Keep(stage, registry, port: 1002);
        var ports = new List<int>();
        for (var i = 0; i < 600; i++)
        {
            await stage.AdvanceAsync(0.5);
            if (i == 200) registry.Store.Wipe();
            registry.IsDown = i is > 300 and < 400;
            if (await registry.FindAsync("orders-1") is { } entry && (ports.Count == 0 || ports[^1] != entry.Port)) ports.Add(entry.Port);
        }

        Assert.InRange(ports.Count, 1, 2);
        Assert.Single(new[] { one, two }, static k => k.State == RegistrationState.Registered);
        Assert.Single(new[] { one, two }, static k => k.State == RegistrationState.Fenced);
    });

    internal static RegistrationKeeper Keep(
        Stage stage, IServiceRegistry registry, int number = 1, int port = 8080, double timeToLive = TimeToLive) => new(
        registry, new ServiceInstance(Stage.Service, $"orders-{number}", "10.0.0.1", port), stage.Environment,
        new RegistrationOptions { TimeToLive = TimeSpan.FromSeconds(timeToLive) });
}
