using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Tests.TimeTests;

public sealed class CallChainTimeTests
{
    private const int WarmUp = 5_000;
    private const int Calls = 20_000;

    // Three tiers, three retries each. Everything that the lowest calls fails.
    private static async Task<double> AmplificationAsync(Stage stage, bool stopsChain)
    {
        var options = new CallOptions { MaxAttempts = 4 };
        var bottom = new Bottom();
        var third = Tier(stage, "third", bottom, options);
        var second = Tier(stage, "second", new Below(third), options);
        var first = Tier(stage, "first", new Below(second), options with { StopRetryChain = stopsChain });
        var before = 0;
        for (var i = 0; i < WarmUp + Calls; i++)
        {
            // Once the reserves are spent, what is left is the share.
            if (i == WarmUp) before = bottom.Attempts;
            var result = await first.SendAsync(0, new CallSettings(IsIdempotent: true), default);
            Assert.False(result.IsSuccess);
        }

        return (bottom.Attempts - before) / (double)Calls;
    }

    private static ServiceClient<int, bool> Tier(Stage stage, string name, ITransport<int, bool> below, CallOptions options)
    {
        var pool = new ServicePool(name, stage.Environment);
        pool.Apply(ServiceCatalog.Create(name, 1, Enumerable.Range(1, 3).Select(i => new ServiceInstance(name, $"{name}-{i}", $"10.0.0.{i}", 80))));
        return new ServiceClient<int, bool>(pool, below, new YesNo(), stage.Environment, options);
    }

    [Fact]
    public void TotalFailure_ThreeTiers_BudgetsBoundTheStorm() => Stage.RunSeeds(3, static async stage =>
        Assert.InRange(await AmplificationAsync(stage, stopsChain: false), 1.5, 1.75));

    [Fact]
    public void TotalFailure_ThreeTiersAndTheChainStopped_OnlyTheTopRetries() => Stage.RunSeeds(3, static async stage =>
        Assert.InRange(await AmplificationAsync(stage, stopsChain: true), 1.1, 1.2));

    [Fact]
    public void Incoming_CurrentOrGiven_BoundsDeadlineAndIsPassedOn() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        using (new IncomingCall(TimeSpan.FromSeconds(1), mustNotRetry: true, stage.Environment.Time).Enter())
        {
            await stage.AdvanceAsync(0.25);
            Assert.True((await shop.CallAsync()).IsSuccess);
            var context = shop.Transport.Attempts[^1].Context;
            Assert.Equal((TimeSpan.FromSeconds(0.75), true, true), (context.Timeout, context.TellsTimeout, context.StopsRetryChain));

            var free = new CallSettings(IsIdempotent: true, Incoming: IncomingCall.None);
            await shop.Client.SendAsync("request", free, default);
            context = shop.Transport.Attempts[^1].Context;
            Assert.Equal((TimeSpan.FromSeconds(2), false, false), (context.Timeout, context.TellsTimeout, context.StopsRetryChain));
        }

        Assert.Null(IncomingCall.Current);
        await shop.CallAsync();
        Assert.False(shop.Transport.Attempts[^1].Context.StopsRetryChain);
    });

    [Fact]
    public void Incoming_TimeIsOver_NothingIsSent() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        var incoming = new IncomingCall(TimeSpan.FromSeconds(1), time: stage.Environment.Time);
        await stage.AdvanceAsync(2);
        var result = await shop.Client.SendAsync("request", new CallSettings(Incoming: incoming), default);
        Assert.Equal((CallStatus.DeadlineExceeded, 0), (result.Status, result.Attempts));
        Assert.Equal(TimeSpan.Zero, incoming.TimeLeft);
    });

    [Fact]
    public void Incoming_MustNotRetry_StillFailsOverWhatNeverLeft() => Stage.Run(static async stage =>
    {
        await using var shop = new ClientStage(stage, 3);
        using var serving = new IncomingCall(null, mustNotRetry: true, stage.Environment.Time).Enter();
        shop.Transport.Status = static n => n < 2 ? AttemptStatus.NotSent : AttemptStatus.Answered;
        Assert.True((await shop.CallAsync()).IsSuccess);

        shop.Transport.Status = static _ => AttemptStatus.Broken;
        var result = await shop.CallAsync();
        Assert.Equal(1, result.Attempts);
        Assert.Contains("One of its callers repeats the whole", result.Describe(), StringComparison.Ordinal);
    });

    private sealed class Bottom : ITransport<int, bool>
    {
        internal int Attempts { get; private set; }

        public ValueTask<AttemptResult<bool>> SendAsync(Endpoint endpoint, int request, AttemptContext attempt)
        {
            Attempts++;
            return new(AttemptResult<bool>.Answered(false));
        }
    }

    private sealed class Below(ServiceClient<int, bool> client) : ITransport<int, bool>
    {
        public async ValueTask<AttemptResult<bool>> SendAsync(Endpoint endpoint, int request, AttemptContext attempt)
        {
            var incoming = new IncomingCall(timeLeft: null, attempt.StopsRetryChain);
            var result = await client.SendAsync(request, new CallSettings(IsIdempotent: true, Incoming: incoming), attempt.CancellationToken);
            return AttemptResult<bool>.Answered(result.IsSuccess);
        }
    }

    private sealed class YesNo : IOutcomeClassifier<bool>
    {
        public OutcomeKind Classify(bool response) => response ? OutcomeKind.Success : OutcomeKind.Failure;

        public string Describe(bool response) => "no";
    }
}
