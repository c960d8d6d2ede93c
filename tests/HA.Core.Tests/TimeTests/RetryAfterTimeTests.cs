using HA.Core.Calls;

namespace HA.Core.Tests.TimeTests;

public sealed class RetryAfterTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static ClientStage Shop(Stage stage, int instances, RetryAfter wish, int bad, CallOptions? options = null)
    {
        var shop = new ClientStage(stage, instances, options);
        shop.Transport.IsGood = n => n >= bad;
        shop.Classifier.Wish = wish;
        return shop;
    }

    private static double[] Times(ClientStage shop) => [.. shop.Transport.Attempts.Select(static a => Math.Round(a.At.TotalSeconds, 3))];

    [Fact]
    public void WishOfOneInstance_AnotherIsTriedAtOnce() => Stage.RunSeeds(10, static async stage =>
    {
        await using var shop = Shop(stage, 2, new RetryAfter(Second * 3, IsForAll: false), bad: 1);
        Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.Equal([0, 0.01], Times(shop));
    });

    [Fact]
    public void WishOfEveryInstance_IsWaitedFor() => Stage.RunSeeds(10, static async stage =>
    {
        await using var shop = Shop(stage, 2, new RetryAfter(Second * 3, IsForAll: false), bad: 2);
        Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.Equal([0, 0.01], Times(shop)[..2]);
        Assert.InRange(Times(shop)[2], 3.02, 3.03);
    });

    [Theory, InlineData(true, true), InlineData(false, false)]
    public void WishForTheWholeService_IsWaitedForByAll(bool isForAll, bool elsewhere) => Stage.RunSeeds(10, async stage =>
    {
        var options = new CallOptions { RetryAfterElsewhere = elsewhere };
        await using var shop = Shop(stage, 3, new RetryAfter(Second * 3, isForAll), bad: 1, options);
        Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.Equal([0, 3.01], Times(shop));
        Assert.NotEqual(shop.Transport.Attempts[0].Id, shop.Transport.Attempts[1].Id);
    });

    [Fact]
    public void WishBeyondTheDeadline_EndsTheCallAtOnceWithTheAnswer() => Stage.Run(static async stage =>
    {
        await using var shop = Shop(stage, 3, new RetryAfter(Second * 10, IsForAll: true), bad: 9);
        var result = await shop.CallAsync();
        Assert.Equal((CallStatus.Rejected, 1, TimeSpan.FromMilliseconds(10)), (result.Status, result.Attempts, stage.Now));
        Assert.False(result.Response!.IsDisposed);
        Assert.Contains("asked to be left alone for 10 s", result.Describe(), StringComparison.Ordinal);
    });

    [Fact]
    public void WishThatIsOver_DelaysNothing() => Stage.Run(static async stage =>
    {
        await using var shop = Shop(stage, 3, new RetryAfter(TimeSpan.Zero, IsForAll: true), bad: 1);
        Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.Equal([0, 0.01], Times(shop));
    });
}
