using BenchmarkDotNet.Attributes;
using HA.Core.Calls;

namespace HA.Core.Bench.Calls;

/// <summary>What does each of the brakes cost that a call passes: retry budget, throttle, bulkhead, concurrency limit, hedging?</summary>
[MemoryDiagnoser]
public class BudgetBenchmark
{
    private static readonly TimeProvider Time = ServiceEnvironment.System.Time;
    private static readonly long Now = Time.GetTimestamp();
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    // One never fills and never empties in a run, one is full as it is while all is well.
    private readonly RetryBudget _budget = new(1, 1_000_000_000);
    private readonly RetryBudget _full = new(0.2, 100);
    private readonly ClientThrottle _throttle = new(new ThrottleOptions(), Time, ServiceEnvironment.System.Random("bench"));
    private readonly Bulkhead _bulkhead = new(new BulkheadOptions(), ServiceEnvironment.System);
    private readonly AdaptiveLimit _limit = new(new ConcurrencyOptions());
    private readonly HedgePolicy _hedging = new(new HedgingOptions(), Time);
    private int _count;

    [Benchmark(Baseline = true, Description = "Interlocked.Increment")]
    public int Control() => Interlocked.Increment(ref _count);

    [Benchmark(Description = "retry budget: a call, all is well")]
    public void Deposit() => _full.Deposit();

    [Benchmark(Description = "retry budget: a call and a retry")]
    public bool DepositAndWithdraw()
    {
        var hasOne = _budget.TryWithdraw();
        _budget.Deposit();
        return hasOne;
    }

    [Benchmark(Description = "throttle: admit and succeed")]
    public bool Throttle()
    {
        var isAdmitted = _throttle.TryAdmit(Now);
        _throttle.Succeeded(Now);
        return isAdmitted;
    }

    [Benchmark(Description = "bulkhead: enter and leave")]
    public bool Bulkhead()
    {
        var isIn = _bulkhead.TryEnter();
        if (isIn) _bulkhead.Leave();
        return isIn;
    }

    [Benchmark(Description = "concurrency limit: look and learn")]
    public int Limit()
    {
        _limit.Record(OutcomeKind.Success, Latency, 1, TimeSpan.Zero);
        return _limit.Current;
    }

    [Benchmark(Description = "hedging: look and learn")]
    public TimeSpan? Hedging()
    {
        _hedging.Deposit();
        _hedging.Observe(Latency, Now);
        return _hedging.Delay;
    }
}
