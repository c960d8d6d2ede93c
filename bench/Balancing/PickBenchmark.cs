using BenchmarkDotNet.Attributes;
using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Balancing;

/// <summary>What does a pick cost, against the least that a shared round robin can cost: one atomic increment?</summary>
[MemoryDiagnoser]
public class PickBenchmark
{
    private Endpoint[] _endpoints = [];
    private IEndpointPicker _random = null!;
    private IEndpointPicker _roundRobin = null!;
    private IEndpointPicker _weighted = null!;
    private IEndpointPicker _least = null!;
    private IEndpointPicker _twoChoices = null!;
    private int _turn;

    [Params(3, 100, 10_000)]
    public int Endpoints { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _endpoints = [.. Fleet.Pool("random", Endpoints).Snapshot.All];
        _random = Fleet.Picker("random", Endpoints);
        _roundRobin = Fleet.Picker("round-robin", Endpoints);
        _weighted = Fleet.Picker("weighted-round-robin", Endpoints);
        _least = Fleet.Picker("least-requests", Endpoints);
        _twoChoices = Fleet.Picker("power-of-two-choices", Endpoints);
    }

    [Benchmark(Baseline = true, Description = "Interlocked.Increment % n")]
    public Endpoint Control() => _endpoints[(uint)Interlocked.Increment(ref _turn) % (uint)_endpoints.Length];

    [Benchmark(Description = "random")]
    public Endpoint? Random() => _random.Pick(default);

    [Benchmark(Description = "round-robin")]
    public Endpoint? RoundRobin() => _roundRobin.Pick(default);

    [Benchmark(Description = "weighted-round-robin")]
    public Endpoint? WeightedRoundRobin() => _weighted.Pick(default);

    [Benchmark(Description = "least-requests")]
    public Endpoint? LeastRequests() => _least.Pick(default);

    [Benchmark(Description = "power-of-two-choices")]
    public Endpoint? PowerOfTwoChoices() => _twoChoices.Pick(default);
}
