using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Tests.TimeTests;

public sealed class HedgingTimeTests
{
    private static readonly CallOptions Hedged = new() { Hedging = new HedgingOptions() };

    // Calls at a steady rate, whether or not earlier ones have been answered; their latencies, sorted.
    private static async Task<double[]> LoadAsync(Stage stage, ClientStage shop, int calls, bool isIdempotent = true)
    {
        var latencies = new List<double>();
        var open = new List<Task>();
        for (var i = 0; i < calls; i++)
        {
            open.Add(OneAsync());
            await stage.AdvanceAsync(0.005);
        }

        await Task.WhenAll(open);
        latencies.Sort();
        return [.. latencies];

        async Task OneAsync()
        {
            var at = stage.Now;
            Assert.True((await shop.CallAsync(isIdempotent)).IsSuccess);
            latencies.Add((stage.Now - at).TotalMilliseconds);
        }
    }

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];

    // 10 ms to 20 ms, and one in a hundred takes a second.
    private static Func<string, TimeSpan> MostlyQuick(Stage stage)
    {
        var random = stage.Simulation.Random("latency", "network");
        return _ => random.NextDouble() < 0.01 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(10 + (random.NextDouble() * 10));
    }

    [Fact]
    public void OneCallInAHundredIsSlow_TailIsCutForAFewPercent() => Stage.RunSeeds(10, static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Hedged);
        shop.Transport.TakesAt = MostlyQuick(stage);
        await LoadAsync(stage, shop, 1_000);
        var before = shop.Transport.Attempts.Count;
        const int Calls = 20_000;
        var latencies = await LoadAsync(stage, shop, Calls);
        var extra = (shop.Transport.Attempts.Count - before - Calls) / (double)Calls;
        Assert.InRange(At(latencies, 0.99), 0, 2 * At(latencies, 0.95));
        Assert.InRange(extra, 0.005, 0.055);
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void EverythingBecomesSlow_ExtraLoadStaysInTheBudget() => Stage.RunSeeds(5, static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Hedged);
        shop.Transport.TakesAt = MostlyQuick(stage);
        await LoadAsync(stage, shop, 2_000);
        shop.Transport.TakesAt = static _ => TimeSpan.FromMilliseconds(500);
        var before = shop.Transport.Attempts.Count;
        const int Calls = 4_000;
        await LoadAsync(stage, shop, Calls);
        Assert.InRange(shop.Transport.Attempts.Count - before - Calls, 0, (Calls * 0.05) + Hedged.Hedging!.Reserve);
    });

    [Fact]
    public void SlowEndpoint_SecondAttemptGoesElsewhereAndTheLoserIsNotItsFault() => Stage.RunSeeds(10, static async stage =>
    {
        await using var shop = new ClientStage(stage, 2, Hedged);
        await LoadAsync(stage, shop, 500);
        shop.Transport.TakesAt = static id => TimeSpan.FromMilliseconds(id == "orders-1" ? 1900 : 10);
        for (var i = 0; i < 10; i++) Assert.True((await shop.CallAsync()).IsSuccess);
        Assert.DoesNotContain(stage.Journal.Outcomes, static o => o.Kind == OutcomeKind.Failure);
        Assert.Contains(stage.Journal.Outcomes, static o => o.Kind == OutcomeKind.Ignored);
        Assert.All(shop.Pool.Snapshot.All, static e => Assert.Equal((EndpointHealth.Healthy, 0), (e.Health, e.InFlight)));
        Assert.True(stage.Now < TimeSpan.FromSeconds(2.5 + (10 * 0.1)), $"{stage.Now}");
    });

    [Theory, InlineData(2, 2), InlineData(1, 1)]
    public void SecondAttempt_StubbornPolicy_StillGoesElsewhereOrNowhere(int instances, int attempts) => Stage.Run(async stage =>
    {
        await using var shop = new ClientStage(stage, instances, Hedged, new PoolOptions { LoadBalancer = static _ => new Stubborn() });
        await LoadAsync(stage, shop, 500);
        var before = shop.Transport.Attempts.Count;
        shop.Transport.Takes = TimeSpan.FromMilliseconds(500);
        Assert.Equal(attempts, (await shop.CallAsync()).Attempts);
        Assert.Equal(attempts, shop.Transport.Attempts.Skip(before).Select(static a => a.Id).Distinct(StringComparer.Ordinal).Count());
    });

    private sealed class Stubborn : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(snapshot);

        private sealed class Picker(EndpointSnapshot snapshot) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context) => snapshot.Eligible.FirstOrDefault();
        }
    }

    [Fact]
    public void CallThatMustNotBeRepeated_IsNotHedged() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Hedged);
        shop.Transport.TakesAt = MostlyQuick(stage);
        await LoadAsync(stage, shop, 500);
        var before = shop.Transport.Attempts.Count;
        await LoadAsync(stage, shop, 1_000, isIdempotent: false);
        Assert.Equal(1_000, shop.Transport.Attempts.Count - before);
    });

    [Fact]
    public void FirstFailsWhileTheSecondRuns_SecondIsTheAnswer() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2, Hedged);
        await LoadAsync(stage, shop, 500);
        shop.Transport.Status = static n => n == 0 ? AttemptStatus.Broken : AttemptStatus.Answered;
        shop.Transport.Takes = TimeSpan.FromMilliseconds(100);
        var result = await shop.CallAsync();
        Assert.True(result.IsSuccess);
        Assert.Equal(2, result.Attempts);
        Assert.Equal(AttemptStatus.Broken, Assert.Single(result.FailedAttempts).Status);
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void BothFail_CallGoesOnLikeAnyOther() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3, Hedged);
        await LoadAsync(stage, shop, 500);
        shop.Transport.Status = static n => n < 2 ? AttemptStatus.Broken : AttemptStatus.Answered;
        shop.Transport.Takes = TimeSpan.FromMilliseconds(100);
        var result = await shop.CallAsync();
        Assert.Equal((true, 3), (result.IsSuccess, result.Attempts));
        Assert.Equal(3, shop.Transport.Attempts.TakeLast(3).Select(static a => a.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void CallerGivesUp_BothAttemptsEnd() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2, Hedged);
        await LoadAsync(stage, shop, 500);
        shop.Transport.Takes = TimeSpan.FromSeconds(1);
        using var caller = new CancellationTokenSource();
        var call = shop.CallAsync(cancellationToken: caller.Token);
        await stage.AdvanceAsync(0.5);
        Assert.Equal(2, shop.InFlight);
        caller.Cancel();
        Assert.Equal(CallStatus.Cancelled, (await call).Status);
        await stage.AdvanceAsync(0.01);
        Assert.Equal(0, shop.InFlight);
    });

    [Fact]
    public void TransportThrows_CallerIsToldAndTheLoadEnds() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 2, Hedged);
        shop.Transport.Throws = new InvalidOperationException("a bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => shop.CallAsync());
        Assert.Equal(0, shop.InFlight);
    });
}
