using FsCheck.Fluent;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.TimeTests;

public sealed class RegistrationHerdTimeTests
{
    private const int Many = 500;
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public enum Trouble
    {
        Refuses,
        Hangs,
    }

    // Full jitter over 5 s is 10 in each 100 ms on average; a paced line is 40, 8 that timers may have missed, and renewals of
    // those who are back already.
    [Theory]
    [InlineData(Trouble.Refuses, 90, 40)]
    [InlineData(Trouble.Hangs, 90, 80)]
    [InlineData(Trouble.Hangs, 2, 80)]
    public void Registry_ThatComesBack_IsNotRunOver(Trouble trouble, double outage, int mostIn100Milliseconds) => Stage.RunSeeds(3, async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Latency = Millisecond };
        var keepers = Enumerable.Range(1, Many).Select(i => RegistrationKeeperTimeTests.Keep(stage, registry, i)).ToArray();
        await stage.AdvanceAsync(31);
        Set(registry, trouble, isOn: true);
        await stage.AdvanceAsync(outage);
        Set(registry, trouble, isOn: false);
        var back = stage.Now;
        await stage.AdvanceAsync((15.0 / 3) + 1);

        Assert.Equal(Many, (await registry.Store.DiscoverAsync(Stage.Service, default)).Instances.Length);
        Assert.All(keepers, static k => Assert.Equal(RegistrationState.Registered, k.State));
        var peak = registry.Requests.Where(r => r.At >= back).GroupBy(static r => r.At.Ticks / (100 * TimeSpan.TicksPerMillisecond))
            .Max(static g => g.Count());
        Assert.InRange(peak, 1, mostIn100Milliseconds);
        Assert.InRange(registry.MostUnderWay, 1, 64);
        await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
    });

    [Fact]
    public void FirstRegistrations_OfMany_AreNotHeldUp() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage) { Latency = 5 * Millisecond };
        var keepers = Enumerable.Range(1, Many).Select(i => RegistrationKeeperTimeTests.Keep(stage, registry, i)).ToArray();
        foreach (var keeper in keepers) await keeper.WaitUntilRegisteredAsync();

        Assert.Equal(64, registry.MostUnderWay);
        // Eight turns of 64.
        Assert.Equal(TimeSpan.FromMilliseconds(40), stage.Now);
        await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
    });

    [Fact]
    public void Turn_ThatDoesNotCome_IsToldAsALoss() => Stage.Run(static async stage =>
    {
        var registry = new UnreliableRegistry(stage);
        var keepers = Enumerable.Range(1, Many).Select(i => RegistrationKeeperTimeTests.Keep(stage, registry, i)).ToArray();
        await stage.AdvanceAsync(31);
        registry.Hangs = true;
        await stage.AdvanceAsync(15);

        Assert.All(keepers, static k => Assert.Equal(RegistrationState.Lost, k.State));
        Assert.Contains(stage.Journal.Registrations, static r => r.Error?.Message.Contains("waits behind others", StringComparison.Ordinal) == true);
        registry.Hangs = false;
        await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
    });

    [Fact]
    public void Return_AfterAnyOutage_TakesAThirdOfTheTimeToLiveAndASecond()
    {
        var cases =
            from milliseconds in Gen.OneOf(Gen.Choose(1, 20_000), Gen.Choose(1, 900_000))
            from timeToLive in Gen.Elements(3, 6, 15)
            from trouble in Gen.Elements(Trouble.Refuses, Trouble.Hangs)
            from wipes in Gen.Elements(false, true)
            from keepers in milliseconds < 60_000 ? Gen.Elements(1, 1, 1, 1, 1, 1, 1, 100) : Gen.Constant(1)
            from seed in Gen.Choose(1, 1_000_000)
            select (milliseconds, timeToLive, trouble, wipes, keepers, seed);
        Prop.ForAll(cases.ToArbitrary(), static c =>
        {
            Stage.Run(
                async stage =>
                {
                    var registry = new UnreliableRegistry(stage) { Latency = Millisecond };
                    var keepers = Enumerable.Range(1, c.keepers)
                        .Select(i => RegistrationKeeperTimeTests.Keep(stage, registry, i, timeToLive: c.timeToLive)).ToArray();
                    await stage.AdvanceAsync(20);
                    Set(registry, c.trouble, isOn: true);
                    await stage.AdvanceAsync(c.milliseconds / 1000.0);
                    Set(registry, c.trouble, isOn: false);
                    if (c.wipes) registry.Store.Wipe();
                    await stage.AdvanceAsync((c.timeToLive / 3.0) + 1);

                    Assert.Equal(c.keepers, (await registry.Store.DiscoverAsync(Stage.Service, default)).Instances.Length);
                    await Task.WhenAll(keepers.Select(static k => k.DisposeAsync().AsTask()));
                },
                (ulong)c.seed);
            return true;
        }).Check(200);
    }

    private static void Set(UnreliableRegistry registry, Trouble trouble, bool isOn)
    {
        if (trouble == Trouble.Hangs) registry.Hangs = isOn;
        else registry.IsDown = isOn;
    }
}
