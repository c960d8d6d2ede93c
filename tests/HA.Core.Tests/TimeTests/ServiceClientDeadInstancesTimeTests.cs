using HA.Core.Calls;

namespace HA.Core.Tests.TimeTests;

public sealed class ServiceClientDeadInstancesTimeTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void Refused_MoreOftenThanAttemptsAllow_FindsTheOneThatLives(bool isIdempotent) => Stage.RunSeeds(20, async stage =>
    {
        await using var shop = new ClientStage(stage, 9);
        shop.Transport.Status = static number => number < 8 ? AttemptStatus.NotSent : AttemptStatus.Answered;
        var result = await shop.CallAsync(isIdempotent);

        Assert.True(result.IsSuccess);
        Assert.Equal(9, result.Attempts);
        Assert.Equal(9, shop.Transport.Attempts.Select(static a => a.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void Refused_ByEverybody_EndsAfterEachWasTriedOnce() => Stage.RunSeeds(20, static async stage =>
    {
        await using var shop = new ClientStage(stage, 9);
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        var result = await shop.CallAsync();

        Assert.Equal((CallStatus.Failed, 9), (result.Status, result.Attempts));
        Assert.Equal(9, shop.Transport.Attempts.Select(static a => a.Id).Distinct(StringComparer.Ordinal).Count());
    });

    // Their leases end one by one; the last makes it a mass removal, and all four come back for the hold time (decision 0021).
    [Fact]
    public void MostAreDead_AndComeBackAsVictimsOfTheRegistry_CostAFewAttemptsEachAndNoCall() => Stage.RunSeeds(10, static async stage =>
    {
        await using var shop = new ClientStage(stage, 6);
        string[] dead = ["orders-1", "orders-2", "orders-3", "orders-4"];
        shop.Transport.Status = _ => dead.Contains(shop.Transport.Attempts[^1].Id) ? AttemptStatus.NotSent : AttemptStatus.Answered;
        for (var gone = 1; gone <= 4; gone++)
        {
            await CallForAsync(1);
            shop.Registry.Tell(Stage.Catalog(1 + gone, [.. Enumerable.Range(1 + gone, 6 - gone)]));
        }

        await CallForAsync(0.1);
        Assert.Equal([4], stage.Journal.Held);
        Assert.Equal(6, shop.Pool.Snapshot.All.Length);
        var before = shop.Transport.Attempts.Count;
        await CallForAsync(28);
        var attempts = shop.Transport.Attempts.Skip(before).Where(a => dead.Contains(a.Id)).GroupBy(static a => a.Id);
        Assert.All(attempts, static a => Assert.InRange(a.Count(), 0, 8));
        await CallForAsync(3);
        Assert.Equal(2, shop.Pool.Snapshot.All.Length);

        async Task CallForAsync(double seconds)
        {
            for (var end = stage.Now + TimeSpan.FromSeconds(seconds); stage.Now < end;)
                Assert.True((await shop.CallAsync(isIdempotent: false)).IsSuccess);
        }
    });

    [Fact]
    public void Broken_AsOftenAsAttemptsAllow_IsTheEndThoughOthersAreLeft() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 9);
        shop.Transport.Status = static _ => AttemptStatus.Broken;

        Assert.Equal(3, (await shop.CallAsync()).Attempts);
    });
}
