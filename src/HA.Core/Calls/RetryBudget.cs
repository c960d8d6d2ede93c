namespace HA.Core.Calls;

/// <summary>Limits retries to a share of the calls, so that a failing service is not drowned by its own clients.</summary>
/// <remarks>
/// A token bucket that calls fill and retries empty (Finagle's RetryBudget; Brooker, "Fixing retries with token buckets",
/// 2022). Exact: in n calls at most floor(share x n) + reserve retries are allowed, whatever the number of threads.
/// Safe for concurrent use, lock-free.
/// </remarks>
public sealed class RetryBudget
{
    // Fixed point, so that deposits add up exactly.
    private const long Unit = 1_000_000;

    private readonly long _deposit;
    private readonly long _full;
    private readonly long _limit;
    private long _balance;

    /// <summary>Creates a full budget.</summary>
    /// <param name="share">Retries allowed for each call, over time; exact to a millionth.</param>
    /// <param name="reserve">Retries allowed at once. Quiet times save up no more, but at least one.</param>
    public RetryBudget(double share, int reserve)
    {
        _deposit = (long)Math.Round(Check.NotNegative(share, nameof(share)) * Unit);
        _balance = Check.AtLeast(0, reserve, nameof(reserve)) * Unit;
        _full = Math.Max(_balance, Unit);
        // One thread never reaches past this, so no fraction of a deposit is lost.
        _limit = _full + _deposit - 1;
    }

    /// <summary>Whole retries that could be made now.</summary>
    public long Available => Volatile.Read(ref _balance) / Unit;

    /// <summary>A call was made.</summary>
    public void Deposit()
    {
        if (Volatile.Read(ref _balance) >= _full) return;
        // May overshoot by what other threads add in between; the next withdrawals see it, so it is cut back here.
        var balance = Interlocked.Add(ref _balance, _deposit);
        while (balance > _limit)
        {
            var seen = Interlocked.CompareExchange(ref _balance, _limit, balance);
            if (seen == balance) return;
            balance = seen;
        }
    }

    /// <summary>Takes one retry, or answers false if none is left.</summary>
    public bool TryWithdraw()
    {
        var balance = Volatile.Read(ref _balance);
        while (balance >= Unit)
        {
            var seen = Interlocked.CompareExchange(ref _balance, balance - Unit, balance);
            if (seen == balance) return true;
            balance = seen;
        }

        return false;
    }
}
