namespace HA.Core.Calls;

/// <summary>How long to wait before a second instance is asked, and whether there may be a second attempt at all.</summary>
internal sealed class HedgePolicy(HedgingOptions options, TimeProvider time)
{
    private readonly LatencyQuantile _latency = new(time, options.Percentile);
    private readonly RetryBudget _budget = new(options.Share, options.Reserve);

    /// <summary>The wait, or null while too little is known of the service.</summary>
    internal TimeSpan? Delay => _latency.Value is { } latency ? latency < options.MinDelay ? options.MinDelay : latency : null;

    /// <summary>A call was made.</summary>
    internal void Deposit() => _budget.Deposit();

    /// <summary>Takes one second attempt from both budgets, or answers false.</summary>
    internal bool TryWithdraw(RetryBudget shared) => _budget.TryWithdraw() && shared.TryWithdraw();

    /// <summary>
    /// A first attempt was answered well, or was given up after so long because the second one was quicker: if those were
    /// left out, the tail would be cut off and the wait would shrink and shrink. Second attempts and quick failures say
    /// nothing about how long an answer takes.
    /// </summary>
    internal void Observe(TimeSpan latency, long now) => _latency.Record(latency, now);
}
