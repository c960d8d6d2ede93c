using HA.Core.Calls;

namespace HA.Core.Tests.TimeTests;

public sealed class ServiceClientLeaseTimeTests
{
    [Theory, InlineData(-1, 0), InlineData(3, 0.005), InlineData(3, 0.05)]
    public void Cancellation_InAnyPhase_ComesBackByValueAndEndsTheLoad(int instances, double after) => Stage.Run(async stage =>
    {
        // Waiting for the first catalog, in an attempt, and (all three tried after 30 ms) in a back-off.
        var options = new CallOptions { MaxAttempts = 50, RetryBackoff = TimeSpan.FromHours(1), Deadline = TimeSpan.FromHours(9) };
        await using var shop = new ClientStage(stage, instances, options);
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        using var end = new CancellationTokenSource();
        var call = shop.CallAsync(cancellationToken: end.Token);
        await stage.AdvanceAsync(after);
        Assert.False(call.IsCompleted);
        Assert.Equal(instances > 0 && after < 0.01 ? 1 : 0, shop.InFlight);
        end.Cancel();
        var result = await call;

        Assert.Equal(CallStatus.Cancelled, result.Status);
        Assert.Equal(TimeSpan.FromSeconds(after), stage.Now);
        Assert.Equal(0, shop.InFlight);
        Assert.Contains("was cancelled", result.Describe(), StringComparison.Ordinal);
    });

    [Fact]
    public void Cancelled_BeforeItBegan_AttemptsNothing() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        await shop.Pool.WaitForCatalogAsync(default);
        var result = await shop.CallAsync(cancellationToken: new CancellationToken(canceled: true));
        Assert.Equal((CallStatus.Cancelled, 0), (result.Status, result.Attempts));
        Assert.Empty(shop.Transport.Attempts);
    });

    [Fact]
    public void Transport_ThatThrows_EndsTheLoadAndTeachesNothing() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Transport.Throws = new ArithmeticException("a bug");
        for (var i = 0; i < 10; i++) await Assert.ThrowsAsync<ArithmeticException>(() => shop.CallAsync());
        Assert.Equal(0, shop.InFlight);
        Assert.Equal(EndpointHealth.Healthy, shop.Pool.Snapshot.All[0].Health);
    });

    [Fact]
    public void Classifier_ThatThrows_EndsTheLoad() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Classifier.Throws = new ArithmeticException("a bug");
        await Assert.ThrowsAsync<ArithmeticException>(() => shop.CallAsync());
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void Response_ThatIsHeld_CountsUntilItIsReleased() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Transport.HoldsResponses = true;
        var first = await shop.CallAsync();
        await shop.CallAsync();
        Assert.Equal(2, shop.InFlight);
        Assert.False(first.Response!.IsDisposed);
        foreach (var (_, lease) in shop.Transport.Held) lease.Release();
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void Response_ThatIsNotReturned_IsDisposedAndNotHeld() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2);
        shop.Transport.HoldsResponses = true;
        shop.Transport.IsGood = static n => n == 1;
        var result = await shop.CallAsync();
        Assert.True(result.IsSuccess);
        Assert.True(shop.Transport.Answers[0].IsDisposed);
        Assert.Same(result.Response, Assert.Single(shop.Transport.Held).Answer);
        Assert.Equal(1, shop.InFlight);
        shop.Transport.Held[0].Lease.Release();
    });

    [Fact]
    public void Response_ThatIsRejected_IsHeldToo() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Transport.HoldsResponses = true;
        shop.Transport.IsGood = static _ => false;
        var result = await shop.CallAsync(isIdempotent: false);
        Assert.Equal(CallStatus.Rejected, result.Status);
        Assert.Equal(1, shop.InFlight);
        Assert.Single(shop.Transport.Held).Lease.Release();
        Assert.Equal(0, shop.InFlight);
    });
}
