using BenchmarkDotNet.Attributes;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Balancing;

/// <summary>What does the pool add to a pick: choosing, counting as busy, recording the outcome, releasing?</summary>
[MemoryDiagnoser]
public class LeaseBenchmark
{
    private static readonly CallOutcome Success = new(OutcomeKind.Success, TimeSpan.FromMilliseconds(1), 1);

    private Endpoint[] _endpoints = [];
    private ServicePool _pool = null!;
    private int _turn;

    [Params("random", "round-robin", "weighted-round-robin", "least-requests", "power-of-two-choices", "failure-aware")]
    public string Balancer { get; set; } = "";

    [Params(100)]
    public int Endpoints { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _pool = Fleet.Pool(Balancer, Endpoints);
        _endpoints = [.. _pool.Snapshot.All];
    }

    [Benchmark(Baseline = true, Description = "Interlocked.Increment % n")]
    public Endpoint Control() => _endpoints[(uint)Interlocked.Increment(ref _turn) % (uint)_endpoints.Length];

    [Benchmark(Description = "acquire + complete")]
    public bool AcquireAndComplete()
    {
        if (!_pool.TryAcquire(default, default, out var lease)) return false;
        lease.Complete(Success);
        return true;
    }
}
