using HA.Core.Bench.Calls;

namespace HA.Core.Bench.Gates;

/// <summary>What is promised of the cost of a call.</summary>
internal static class CallGates
{
    private static readonly PipelineBenchmark Pipeline = SetUp(new PipelineBenchmark(), static b => b.Setup());
    private static readonly HttpCallBenchmark Http = SetUp(new HttpCallBenchmark(), static b => b.Setup());

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
        new("HTTP call on two threads over one", 2, static () => Timing.TwoThreads(static () => _ = Http.Failover())),
        new("pipeline on two threads over one", 2, static () => Timing.TwoThreads(static () => _ = Pipeline.Client())),
    ];

    private static T SetUp<T>(T benchmark, Action<T> setup)
    {
        setup(benchmark);
        return benchmark;
    }
}
