using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using HA.Core.Bench.Balancing;
using HA.Core.Calls;
using HA.Core.Client;
using HA.Core.Endpoints;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace HA.Core.Bench.Calls;

/// <summary>
/// What does the client's pipeline cost at the transport seam, without HTTP, over a transport that answers at once? And what
/// do Polly's retry, circuit breaker and timeout, which know nothing of endpoints, around the same transport?
/// </summary>
[MemoryDiagnoser]
public class PipelineBenchmark
{
    private readonly StubTransport _transport = new();
    private Endpoint _endpoint = null!;
    private ServiceClient<int, int> _client = null!;
    private ResiliencePipeline<AttemptResult<int>> _polly = null!;
    private ResilienceContext _context = null!;

    [GlobalSetup]
    public void Setup()
    {
        var pool = Fleet.Pool("power-of-two-choices", 3);
        _endpoint = pool.Snapshot.All[0];
        _client = new ServiceClient<int, int>(pool, _transport, new StubClassifier());
        var failed = new PredicateBuilder<AttemptResult<int>>().HandleResult(static r => r.Status != AttemptStatus.Answered);
        // The same promises in Polly's recommended order: retries around the breaker around the timeout of each attempt.
        _polly = new ResiliencePipelineBuilder<AttemptResult<int>>()
            .AddRetry(new RetryStrategyOptions<AttemptResult<int>> { ShouldHandle = failed, MaxRetryAttempts = 2 })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<AttemptResult<int>> { ShouldHandle = failed })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = TimeSpan.FromSeconds(2) })
            .Build();
        _context = ResilienceContextPool.Shared.Get();
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

    [Benchmark(Description = "Polly.Core: retry, breaker, timeout")]
    public bool Polly()
    {
        var call = _polly.ExecuteOutcomeAsync(
            static (_, self) => new ValueTask<Outcome<AttemptResult<int>>>(
                Outcome.FromResult(self._transport.SendAsync(self._endpoint, 1, default).Result)), _context, this);
        return call.IsCompletedSuccessfully && call.Result.Result.Status == AttemptStatus.Answered;
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
