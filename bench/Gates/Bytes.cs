using HA.Core.Bench.Calls;

namespace HA.Core.Bench.Gates;

/// <summary>Bytes that an operation allocates, on average.</summary>
internal static class Bytes
{
    private const int Rounds = 10_000;

    internal static double Of(Action operation)
    {
        for (var i = 0; i < Rounds; i++) operation();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) operation();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds;
    }
}

/// <summary>Bytes that a call which succeeds at once allocates in the client.</summary>
internal static class PipelineBytes
{
    private static readonly PipelineBenchmark Pipeline = Create();

    internal static double Measure() => Bytes.Of(static () => _ = Pipeline.Client());

    private static PipelineBenchmark Create()
    {
        var pipeline = new PipelineBenchmark();
        pipeline.Setup();
        return pipeline;
    }
}
