using HA.Core.Bench.Calls;
using HA.Core.Bench.Health;

namespace HA.Core.Bench.Gates;

/// <summary>What is promised of the cost of a call.</summary>
internal static class CallGates
{
    private static readonly PipelineBenchmark Pipeline = SetUp(new PipelineBenchmark(), static b => b.Setup());
    private static readonly HttpCallBenchmark Http = SetUp(new HttpCallBenchmark(), static b => b.Setup());
    private static readonly FactoryCallBenchmark Factory = SetUp(new FactoryCallBenchmark(), static b => b.Setup());

    private static readonly DetectorBenchmark Detectors = SetUp(new DetectorBenchmark(), static b => b.Setup());
    private static readonly BudgetBenchmark Budgets = new();

    internal static IReadOnlyList<Gate> List { get; } =
    [
        new("pipeline at the transport seam over Polly.Core's", 0.5,
            static () => Timing.Ratio(static () => _ = Pipeline.Client(), static () => _ = Pipeline.Polly())),
        new("HTTP call over the bare invoker, answered at once", 25,
            static () => Timing.Ratio(static () => _ = Http.Failover(), static () => _ = Http.Bare())),
        new("bytes of an HTTP call, answered at once", 450, static () => Bytes.Of(static () => _ = Http.Failover())),
        new("HTTP call over the bare invoker, answered later", 20,
            static () => Timing.Ratio(static () => _ = Http.FailoverLater(), static () => _ = Http.BareLater())),
        new("bytes of an HTTP call, answered later", 1000, static () => Bytes.Of(static () => _ = Http.FailoverLater())),
        new("call through the factory's client over Polly.Core around round robin", 0.5,
            static () => Timing.Ratio(static () => _ = Factory.Ours(), static () => _ = Factory.Parts())),
        new("bytes of the same over those", 0.5,
            static () => Bytes.Of(static () => _ = Factory.Ours()) / Bytes.Of(static () => _ = Factory.Parts())),
        new("HTTP call on two threads over one", 2, static () => Timing.TwoThreads(static () => _ = Http.Failover())),
        new("pipeline on two threads over one", 2, static () => Timing.TwoThreads(static () => _ = Pipeline.Client())),
        new("bytes of an outcome, every detector", 0, static () => Bytes.Of(DetectAll)),
        new("bytes of retry budget, throttle, bulkhead, concurrency limit and hedging", 0, static () => Bytes.Of(BrakeAll)),
    ];

    private static void DetectAll()
    {
        Detectors.Consecutive();
        Detectors.ConsecutiveFailed();
        Detectors.Rate();
        Detectors.RateFailed();
        Detectors.Slow();
        Detectors.Tally();
        Detectors.All();
    }

    private static void BrakeAll()
    {
        Budgets.Deposit();
        Budgets.DepositAndWithdraw();
        Budgets.Throttle();
        Budgets.Bulkhead();
        Budgets.Limit();
        Budgets.Hedging();
    }

    private static T SetUp<T>(T benchmark, Action<T> setup)
    {
        setup(benchmark);
        return benchmark;
    }
}
