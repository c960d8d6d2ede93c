using HA.Core.Calls;

namespace HA.Core.Tests.TimeTests;

public sealed class ThrottleTimeTests
{
    private static readonly CallOptions Throttled = new() { Throttle = new ThrottleOptions() };

    private static async Task<List<(TimeSpan At, CallStatus Status)>> CallAsync(Stage stage, ClientStage shop, double seconds, int perSecond)
    {
        var ended = new List<(TimeSpan At, CallStatus Status)>();
        var open = new List<Task>();
        for (var i = 0; i < seconds * perSecond; i++)
        {
            open.Add(OneAsync());
            await stage.AdvanceAsync(1.0 / perSecond);
        }

        await Task.WhenAll(open);
        return ended;

        async Task OneAsync()
        {
            var at = stage.Now;
            ended.Add((at, (await shop.CallAsync()).Status));
        }
    }

    [Theory, InlineData(100, AttemptStatus.Broken), InlineData(100, AttemptStatus.NotSent), InlineData(20, AttemptStatus.Broken)]
    public void Outage_OfFourMinutes_IsFoundOverInASecondAndForgottenInFive(int perSecond, AttemptStatus how) =>
        Stage.RunSeeds(10, async stage =>
        {
            await using var shop = new ClientStage(stage, 3, Throttled);
            await CallAsync(stage, shop, 20, perSecond);
            shop.Transport.Status = _ => how;
            var before = shop.Transport.Attempts.Count;
            var outage = await CallAsync(stage, shop, 240, perSecond);
            // The rest is the time until the good past is forgotten, and two probes a second.
            Assert.True(outage.Count(static c => c.Status == CallStatus.Refused) > outage.Count * 0.7);

            shop.Transport.Status = static _ => AttemptStatus.Answered;
            var (recovered, sent) = (stage.Now, shop.Transport.Attempts.Count);
            var after = await CallAsync(stage, shop, 10, perSecond);
            Assert.InRange((shop.Transport.Attempts[sent].At - recovered).TotalSeconds, 0, 1);
            var first = after.Where(c => c.At < recovered + TimeSpan.FromSeconds(5)).ToArray();
            Assert.True(first.Count(static c => c.Status == CallStatus.Succeeded) >= first.Length / 2);
            Assert.True(before < sent);
        });

    [Fact]
    public void GoodService_IsNeverThrottled() => Stage.RunSeeds(5, static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Throttled);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.NotSent : AttemptStatus.Answered;
        Assert.All(await CallAsync(stage, shop, 60, 100), static c => Assert.Equal(CallStatus.Succeeded, c.Status));
    });

    [Fact]
    public void ServiceThatTakesAFifth_IsSentAboutTwiceThat() => Stage.RunSeeds(5, static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Throttled with { MaxAttempts = 1 });
        // A budget of its own: twenty a second, whatever is sent.
        var taken = 0.0;
        var last = TimeSpan.Zero;
        shop.Transport.IsGood = _ =>
        {
            taken = Math.Max(0, taken - ((stage.Now - last).TotalSeconds * 20));
            last = stage.Now;
            return taken < 10 && (taken += 1) > 0;
        };
        await CallAsync(stage, shop, 60, 100);
        var before = shop.Transport.Attempts.Count;
        var steady = await CallAsync(stage, shop, 60, 100);
        Assert.InRange((shop.Transport.Attempts.Count - before) / 60.0, 30, 55);
        Assert.InRange(steady.Count(static c => c.Status == CallStatus.Succeeded) / 60.0, 17, 21);
    });

    [Fact]
    public void Refusal_IsToldByValueWithItsReason() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Throttled);
        shop.Transport.Status = static _ => AttemptStatus.Broken;
        CallResult<Answer> result;
        do result = await shop.CallAsync();
        while (result.Status != CallStatus.Refused);
        Assert.Equal(0, result.Attempts);
        Assert.Contains("takes hardly any calls", result.Describe(), StringComparison.Ordinal);
    });

    [Fact]
    public void Bulkhead_Full_RefusesByValueAndSendsNothing() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, new CallOptions { Bulkhead = new BulkheadOptions { MaxInFlight = 2, MaxQueued = 1 } });
        var calls = Enumerable.Range(0, 4).Select(_ => shop.CallAsync()).ToArray();
        var refused = await calls[3];
        Assert.Equal(CallStatus.Refused, refused.Status);
        Assert.Contains("makes 2 calls to it at once", refused.Describe(), StringComparison.Ordinal);
        foreach (var call in calls[..3]) Assert.True((await call).IsSuccess);
        Assert.Equal([0, 0, 0.01], shop.Transport.Attempts.Select(static a => Math.Round(a.At.TotalSeconds, 3)));
    });

    [Fact]
    public void ConcurrencyLimit_KeepsEachEndpointToItsShare() => Stage.Run(static async stage =>
    {
        var limit = new ConcurrencyOptions { InitialLimit = 2, MaxLimit = 2 };
        await using var shop = new ClientStage(stage, 3, new CallOptions { Concurrency = limit });
        await shop.CallAsync();
        var calls = Enumerable.Range(0, 8).Select(_ => shop.CallAsync()).ToArray();
        Assert.All(shop.Pool.Snapshot.All, static e => Assert.Equal(2, e.InFlight));
        var results = await Task.WhenAll(calls);
        Assert.Equal(2, results.Count(static r => r.Status == CallStatus.Refused));
        Assert.Equal(6, results.Count(static r => r.IsSuccess));
        Assert.Equal(0, shop.InFlight);
    });
}
