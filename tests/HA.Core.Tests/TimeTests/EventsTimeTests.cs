using HA.Core.Calls;

namespace HA.Core.Tests.TimeTests;

/// <summary>What listeners are told of calls and endpoints: metrics, traces and alerts go by it.</summary>
public sealed class EventsTimeTests
{
    private static readonly TimeSpan TenMilliseconds = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Call_ThatSucceeds_IsToldOnceWithItsTime() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        await shop.CallAsync();
        Assert.Equal(new CallSummary(CallEnding.Success, 1, TenMilliseconds, FailureCause.None), Assert.Single(stage.Journal.Calls));
        Assert.Equal(AttemptKind.Initial, Assert.Single(stage.Journal.Outcomes).Attempt);
        Assert.Empty(stage.Journal.Retries);
    });

    [Fact]
    public void Call_ThatRecovers_TellsWhatItTook() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.NotSent : n == 1 ? AttemptStatus.Broken : AttemptStatus.Answered;
        await shop.CallAsync();
        Assert.Equal(new CallSummary(CallEnding.Recovered, 3, 3 * TenMilliseconds, FailureCause.None), Assert.Single(stage.Journal.Calls));
        Assert.Equal([FailureCause.Unreachable, FailureCause.Broken], stage.Journal.Retries);
        Assert.Equal([AttemptKind.Initial, AttemptKind.Retry, AttemptKind.Retry], stage.Journal.Outcomes.Select(static o => o.Attempt));
        Assert.Equal([AttemptKind.Initial, AttemptKind.Retry, AttemptKind.Retry], shop.Transport.Attempts.Select(static a => a.Context.Kind));
    });

    [Theory]
    [InlineData(AttemptStatus.NotSent, FailureCause.Unreachable)]
    [InlineData(AttemptStatus.Broken, FailureCause.Broken)]
    [InlineData(AttemptStatus.TimedOut, FailureCause.Timeout)]
    public void Call_ThatNobodyAnswers_IsExhaustedByItsLastFailure(AttemptStatus status, FailureCause cause) => Stage.Run(async stage =>
    {
        await using var shop = new ClientStage(stage, 2);
        shop.Transport.Status = _ => status;
        await shop.CallAsync(isIdempotent: false);
        var call = Assert.Single(stage.Journal.Calls);
        Assert.Equal((CallEnding.Exhausted, cause), (call.Ending, call.Cause));
    });

    [Fact]
    public void Call_ThatIsAnsweredBadly_IsExhaustedByTheAnswer() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1, new CallOptions { MaxAttempts = 1 });
        shop.Transport.IsGood = static _ => false;
        await shop.CallAsync();
        Assert.Equal(new CallSummary(CallEnding.Exhausted, 1, TenMilliseconds, FailureCause.Answer), Assert.Single(stage.Journal.Calls));
    });

    [Fact]
    public void Call_WithoutAnybodyToCall_SaysSo() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 0);
        await shop.CallAsync();
        var call = Assert.Single(stage.Journal.Calls);
        Assert.Equal((CallEnding.Exhausted, 0, FailureCause.NoEndpoint), (call.Ending, call.Attempts, call.Cause));
    });

    [Fact]
    public void Call_ThatItsCallerGaveUp_IsCancelled() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Transport.Takes = TimeSpan.FromSeconds(1);
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), stage.Environment.Time);
        await shop.CallAsync(cancellationToken: giveUp.Token);
        Assert.Equal(
            new CallSummary(CallEnding.Cancelled, 1, TimeSpan.FromMilliseconds(300), FailureCause.None), Assert.Single(stage.Journal.Calls));
    });

    [Fact]
    public void Call_ThatIsRefused_IsRejected() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1, new CallOptions { Bulkhead = new BulkheadOptions { MaxInFlight = 1 } });
        var first = shop.CallAsync();
        await shop.CallAsync();
        await first;
        Assert.Equal([CallEnding.Rejected, CallEnding.Success], stage.Journal.Calls.Select(static c => c.Ending));
    });

    [Fact]
    public void Retry_BeyondTheBudget_IsToldAsRefused() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, new CallOptions { RetryShare = 0, RetryReserve = 1 });
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        await shop.CallAsync();
        Assert.Equal(FailureCause.Broken, Assert.Single(stage.Journal.Retries));
        Assert.Equal(1, stage.Journal.RefusedRetries);
    });

    [Fact]
    public void Hedge_IsToldApartFromARetry() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, new CallOptions { Hedging = new HedgingOptions() });
        for (var i = 0; i < 300; i++) await shop.CallAsync();
        stage.Journal.Outcomes.Clear();
        shop.Transport.Attempts.Clear();
        var slow = "";
        shop.Transport.TakesAt = id =>
        {
            if (slow.Length == 0) slow = id;
            return id == slow ? TimeSpan.FromSeconds(1) : TenMilliseconds;
        };
        await shop.CallAsync();
        // The one that lost is told when it has taken notice.
        await stage.AdvanceAsync(2);
        Assert.Equal([AttemptKind.Initial, AttemptKind.Hedge], shop.Transport.Attempts.Select(static a => a.Context.Kind));
        Assert.Equal([AttemptKind.Hedge, AttemptKind.Initial], stage.Journal.Outcomes.OrderBy(static o => o.EndedAt).ThenByDescending(static o => o.Attempt).Select(static o => o.Attempt));
        Assert.Equal((CallEnding.Success, 2), (stage.Journal.Calls[^1].Ending, stage.Journal.Calls[^1].Attempts));
    });

    [Fact]
    public void Ejection_IsToldWithItsReason_ByCallsOnProbationAndByHand() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 1);
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        for (var i = 0; i < 5; i++) await shop.CallAsync(isIdempotent: false);
        Assert.Equal([("orders-1", EjectionReason.Calls)], stage.Journal.Ejections);
        await stage.UntilAsync(() => shop.Pool.Snapshot.All[0].Health == EndpointHealth.Probing);
        await shop.CallAsync(isIdempotent: false);
        Assert.Equal(("orders-1", EjectionReason.Probation), stage.Journal.Ejections[^1]);
        shop.Pool.MarkHealthy("orders-1");
        shop.Pool.MarkUnhealthy("orders-1");
        Assert.Equal(("orders-1", EjectionReason.ByHand), stage.Journal.Ejections[^1]);
        Assert.Equal(3, stage.Journal.Ejections.Count);
    });
}
