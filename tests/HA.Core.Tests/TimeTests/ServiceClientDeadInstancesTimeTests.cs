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

    [Fact]
    public void Broken_AsOftenAsAttemptsAllow_IsTheEndThoughOthersAreLeft() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 9);
        shop.Transport.Status = static _ => AttemptStatus.Broken;

        Assert.Equal(3, (await shop.CallAsync()).Attempts);
    });
}
