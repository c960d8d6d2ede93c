using BenchmarkDotNet.Attributes;
using HA.Core.Bench.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Health;
using Polly;
using Polly.CircuitBreaker;

namespace HA.Core.Bench.Health;

/// <summary>What does each failure detector cost for a call that succeeds, and for one that fails? And Polly's circuit breaker?</summary>
/// <remarks>
/// Outcomes bear the timestamp that a call takes anyway, and are 10 us apart, so that the tenths of the windows begin as often as
/// with a hundred thousand calls a second. Polly's breaker asks the machine's clock, and stands around the call.
/// </remarks>
[MemoryDiagnoser]
public class DetectorBenchmark
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Ejection = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Steps _time = new();
    // Thresholds that nothing reaches: what is measured is the looking, not the ejecting.
    private readonly ConsecutiveFailures _consecutive = new(int.MaxValue, Ejection);
    private readonly FailureRate _rate = new(1, Window, int.MaxValue, Ejection, TimeProvider.System);
    private readonly SlowCalls _slow = new(TimeSpan.FromSeconds(1), 1, Window, int.MaxValue, Ejection, TimeProvider.System);
    private readonly OutcomeTally _tally = new();
    private Endpoint _endpoint = null!;
    private ResiliencePipeline _polly = null!;
    private ResilienceContext _context = null!;
    private int _count;

    [GlobalSetup]
    public void Setup()
    {
        var pool = new ServicePool("orders", new SteppingEnvironment(_time));
        pool.Apply(Fleet.Catalog(3, 1, isWeighted: false));
        _endpoint = pool.Snapshot.All[0];
        _polly = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions()).Build();
        _context = ResilienceContextPool.Shared.Get();
    }

    [Benchmark(Baseline = true, Description = "Interlocked.Increment")]
    public int Control() => Interlocked.Increment(ref _count);

    [Benchmark(Description = "failures in a row, success")]
    public TimeSpan? Consecutive() => _consecutive.Observe(Next(OutcomeKind.Success));

    [Benchmark(Description = "failures in a row, failure")]
    public TimeSpan? ConsecutiveFailed() => _consecutive.Observe(Next(OutcomeKind.Failure));

    [Benchmark(Description = "failure rate, success")]
    public TimeSpan? Rate() => _rate.Observe(Next(OutcomeKind.Success));

    [Benchmark(Description = "failure rate, failure")]
    public TimeSpan? RateFailed() => _rate.Observe(Next(OutcomeKind.Failure));

    [Benchmark(Description = "slow calls, quick one")]
    public TimeSpan? Slow() => _slow.Observe(Next(OutcomeKind.Success));

    [Benchmark(Description = "comparison with the peers")]
    public void Tally() => _tally.Add(Next(OutcomeKind.Success));

    // Statistics, the detectors that are on by default, the comparison, and whether there is anything to be forgiven.
    [Benchmark(Description = "all that a success is recorded in")]
    public void All()
    {
        _endpoint.Monitor.TryEnter(out var ticket);
        new EndpointLease(_endpoint, ticket).Record(Next(OutcomeKind.Success));
    }

    [Benchmark(Description = "Polly.Core: circuit breaker, success")]
    public bool Polly()
    {
        var call = _polly.ExecuteOutcomeAsync(static (_, _) => new ValueTask<Outcome<int>>(Outcome.FromResult(1)), _context, 0);
        return call.IsCompletedSuccessfully && call.Result.Result == 1;
    }

    private CallOutcome Next(OutcomeKind kind) => new(kind, Latency, _time.Step());

    private sealed class Steps : TimeProvider
    {
        private long _now = 1;

        internal long Step() => _now += 10_000;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => _now;
    }

    private sealed class SteppingEnvironment(TimeProvider time) : ServiceEnvironment(new ServiceEventListener())
    {
        public override TimeProvider Time => time;

        public override RandomStream Random(string purpose) => System.Random(purpose);

        public override void Post(Action<object?> callback, object? state) => System.Post(callback, state);
    }
}
