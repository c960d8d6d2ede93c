using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Tests.TimeTests;

public sealed class ServiceClientTimeTests
{
    private static readonly CallOptions ManyAttempts = new() { MaxAttempts = 100 };

    [Fact]
    public void Deadline_CoversAllAttempts_AndBoundsEachOne() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, ManyAttempts with { Deadline = TimeSpan.FromSeconds(5) });
        shop.Transport.Status = static _ => AttemptStatus.TimedOut;
        var result = await shop.CallAsync();

        Assert.Equal(CallStatus.DeadlineExceeded, result.Status);
        Assert.Equal(TimeSpan.FromSeconds(5), stage.Now);
        Assert.Equal([2.0, 2.0, 1.0], shop.Transport.Attempts.Select(static a => a.Context.Timeout.TotalSeconds));
        Assert.Equal(0, shop.InFlight);
    });

    [Theory, InlineData(AttemptStatus.NotSent, false), InlineData(AttemptStatus.Broken, true), InlineData(AttemptStatus.TimedOut, true)]
    public void Failure_ThatMayBeRepeated_IsTriedOnAnotherInstanceAtOnce(AttemptStatus status, bool isIdempotent) => Stage.RunSeeds(20, async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        shop.Transport.Status = n => n < 2 ? status : AttemptStatus.Answered;
        var result = await shop.CallAsync(isIdempotent);

        Assert.True(result.IsSuccess);
        Assert.Equal(3, result.Attempts);
        Assert.Equal(3, shop.Transport.Attempts.Select(static a => a.Id).Distinct(StringComparer.Ordinal).Count());
        var pause = status == AttemptStatus.TimedOut ? 2 : 0.01;
        Assert.Equal([0, pause, pause * 2], shop.Transport.Attempts.Select(static a => a.At.TotalSeconds));
        Assert.Equal(0, shop.InFlight);
    });

    [Theory, InlineData(AttemptStatus.Broken), InlineData(AttemptStatus.TimedOut)]
    public void Failure_OfACallThatMustNotBeRepeated_IsTheEnd(AttemptStatus status) => Stage.Run(async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        shop.Transport.Status = _ => status;
        var result = await shop.CallAsync(isIdempotent: false);

        Assert.Equal((CallStatus.Failed, 1), (result.Status, result.Attempts));
        Assert.Contains("not known to be idempotent", result.Describe(), StringComparison.Ordinal);
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void Budget_Spent_StopsRetriesButNotFailingOver() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, new CallOptions { RetryShare = 0, RetryReserve = 2 });
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        Assert.Equal(3, (await shop.CallAsync()).Attempts);
        var refused = await shop.CallAsync();
        Assert.Equal(1, refused.Attempts);
        Assert.Contains("retry budget is spent", refused.Describe(), StringComparison.Ordinal);

        // What never left has cost the service nothing.
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        Assert.Equal(3, (await shop.CallAsync()).Attempts);
    });

    [Fact]
    public void BackOff_ComesOnlyWhenEverybodyWasTried_AndEndsBeforeTheDeadline() => Stage.RunSeeds(20, static async stage =>
    {
        var options = ManyAttempts with { Deadline = TimeSpan.FromSeconds(1), RetryBackoff = TimeSpan.FromMilliseconds(100) };
        await using var shop = new ClientStage(stage, 3, options);
        shop.Transport.Status = static _ => AttemptStatus.NotSent;
        shop.Transport.Takes = TimeSpan.FromMilliseconds(1);
        var result = await shop.CallAsync();

        var times = shop.Transport.Attempts.Select(static a => a.At.TotalMilliseconds).ToArray();
        Assert.Equal([0, 1, 2], times.Take(3));
        Assert.True(times[3] > 3);
        Assert.All(times, static t => Assert.True(t < 1000));
        Assert.InRange(stage.Now.TotalSeconds, 0, 1);
        Assert.False(result.IsSuccess);
    });

    [Fact]
    public void FirstCatalog_IsWaitedFor_UpToTheDeadline() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, -1);
        var calls = Enumerable.Range(0, 5).Select(_ => shop.CallAsync()).ToArray();
        await stage.AdvanceAsync(4);
        Assert.All(calls, static c => Assert.False(c.IsCompleted));
        shop.Registry.Tell(Stage.Catalog(1, 1));
        foreach (var call in calls) Assert.True((await call).IsSuccess);
        Assert.Equal(TimeSpan.FromSeconds(4.01), stage.Now);

        await using var late = new ClientStage(stage, -1);
        var lateCall = late.CallAsync();
        await stage.AdvanceAsync(9.5);
        late.Registry.Tell(Stage.Catalog(1, 1));
        Assert.True((await lateCall).IsSuccess);
        Assert.Equal(TimeSpan.FromSeconds(0.5), late.Transport.Attempts[0].Context.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(0.01), stage.Journal.Outcomes[^1].Latency);

        var begun = stage.Now;
        await using var never = new ClientStage(stage, -1);
        var result = await never.CallAsync();
        Assert.Equal((CallStatus.DeadlineExceeded, 0), (result.Status, result.Attempts));
        Assert.Equal(TimeSpan.FromSeconds(10), stage.Now - begun);
        Assert.Contains("has not answered yet", result.Describe(), StringComparison.Ordinal);
    });

    [Fact]
    public void NoInstance_IsToldAtOnce() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 0);
        var result = await shop.CallAsync();
        Assert.Equal((CallStatus.NoEndpoint, TimeSpan.Zero), (result.Status, stage.Now));
    });

    [Fact]
    public void Failure_Text_NamesAttemptsAddressesAndWhatTheRegistryKnew() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2, new CallOptions { MaxAttempts = 2 });
        await stage.AdvanceAsync(3);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.Broken : AttemptStatus.Answered;
        shop.Transport.IsGood = static _ => false;
        var result = await shop.CallAsync();

        Assert.Equal(CallStatus.Rejected, result.Status);
        var text = result.Describe();
        string[] parts =
        [
            "orders-1 at 10.0.0.1:8080", "orders-2 at 10.0.0.2:8080", "broke off after 10 ms", "scripted Broken",
            "scripted refusal", "revision 1, live, 2 instances",
        ];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Equal(text, result.ToException().Message);
    });

    [Fact]
    public void Picker_IsToldTheAttemptTheKeyAndTheMoment() => Stage.Run(static async stage =>
    {
        var asked = new List<PickContext>();
        var options = new PoolOptions { LoadBalancer = _ => new Asking(asked) };
        await using var shop = new ClientStage(stage, 3, poolOptions: options);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.NotSent : AttemptStatus.Answered;
        var startedAt = stage.Environment.Time.GetTimestamp();
        await shop.Client.SendAsync("request", new CallSettings(IsIdempotent: true, HashKey: 77), default);
        Assert.Equal(new PickContext(0, 77, startedAt), asked[0]);
        Assert.Equal(new PickContext(1, 77), asked[^1] with { Now = 0 });
        Assert.True(asked[^1].Now > startedAt);
    });

    private sealed class Asking(List<PickContext> asked) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(asked, snapshot);

        private sealed class Picker(List<PickContext> asked, EndpointSnapshot snapshot) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context)
            {
                asked.Add(context);
                return snapshot.Eligible.FirstOrDefault();
            }
        }
    }
}
