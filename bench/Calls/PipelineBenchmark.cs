using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using HA.Core.Bench.Balancing;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Calls;

/// <summary>What does the client's pipeline cost at the transport seam, without HTTP, over a transport that answers at once?</summary>
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private readonly StubTransport _transport = new();
    private Endpoint _endpoint = null!;
    private ServiceClient<int, int> _client = null!;

    [GlobalSetup]
    public void Setup()
    {
        var pool = Fleet.Pool("power-of-two-choices", 3);
        _endpoint = pool.Snapshot.All[0];
        _client = new ServiceClient<int, int>(pool, _transport, new StubClassifier());
    }

    [Benchmark(Baseline = true, Description = "transport alone")]
    public int Bare() => _transport.SendAsync(_endpoint, 1, default).Result.Response;

    [Benchmark(Description = "ServiceClient")]
    public bool Client()
    {
        // The stub answers at once, so there is nothing to wait for.
        var call = _client.SendAsync(1, default, default);
        return call.IsCompletedSuccessfully && call.Result.IsSuccess;
    }

    private sealed class StubTransport : ITransport<int, int>
    {
        // Inlined, the baseline would be nothing at all.
        [MethodImpl(MethodImplOptions.NoInlining)]
        public ValueTask<AttemptResult<int>> SendAsync(Endpoint endpoint, int request, AttemptContext attempt) =>
            new(AttemptResult<int>.Answered(request));
    }

    private sealed class StubClassifier : IOutcomeClassifier<int>
    {
        public OutcomeKind Classify(int response) => OutcomeKind.Success;

        public string Describe(int response) => "";
    }
}
