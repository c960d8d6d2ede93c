using HA.Core.Calls;

namespace HA.Core.Tests.Calls;

public class RetryBudgetTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 3)]
    [InlineData(333, 1)]
    [InlineData(2_000, 100)]
    [InlineData(3_333, 10)]
    [InlineData(10_000, 0)]
    [InlineData(20_000, 5)]
    public void TryWithdraw_GreedyRetries_AreExactlyTheShareAndTheReserve(int tenThousandths, int reserve)
    {
        const int Calls = 30_000;
        var budget = new RetryBudget(tenThousandths / 10_000.0, reserve);
        long retries = 0;
        while (budget.TryWithdraw()) retries++;
        Assert.Equal(reserve, retries);
        for (long call = 1; call <= Calls; call++)
        {
            budget.Deposit();
            while (budget.TryWithdraw()) retries++;
            Assert.Equal((tenThousandths * call / 10_000) + reserve, retries);
        }
    }

    [Fact]
    public void Deposit_QuietTimes_SaveNoMoreThanTheReserve()
    {
        var budget = new RetryBudget(0.5, 10);
        for (var i = 0; i < 1000; i++) budget.Deposit();
        Assert.Equal(10, budget.Available);
        Assert.True(budget.TryWithdraw());
        Assert.Equal(9, budget.Available);
    }

    [Fact]
    public void Deposit_NoReserve_SavesOneRetry()
    {
        var budget = new RetryBudget(0.5, 0);
        Assert.False(budget.TryWithdraw());
        for (var i = 0; i < 1000; i++) budget.Deposit();
        Assert.Equal(1, budget.Available);
    }

    [Fact]
    public void TryWithdraw_NoShare_ReserveIsAll()
    {
        var budget = new RetryBudget(0, 2);
        for (var i = 0; i < 100; i++) budget.Deposit();
        Assert.True(budget.TryWithdraw() && budget.TryWithdraw());
        Assert.False(budget.TryWithdraw());
    }

    [Fact]
    public void TryWithdraw_SixteenThreads_NeverOverdrawAndLoseNothing()
    {
        const int Threads = 16, CallsEach = 20_000, Reserve = 50;
        var budget = new RetryBudget(0.1, Reserve);
        long retries = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < CallsEach; i++)
            {
                budget.Deposit();
                if (budget.TryWithdraw()) Interlocked.Increment(ref retries);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        while (budget.TryWithdraw()) retries++;

        // Nobody lets the balance reach its limit for long, so at most what the limit cuts is missing.
        var most = (Threads * CallsEach / 10) + Reserve;
        Assert.InRange(retries, most * 9 / 10, most);
    }

    // So much that each thread is interrupted many times over: a single retry that two took shows in what is left.
    [Fact]
    public void TryWithdraw_SixteenThreadsTakeFromAFullBudget_EachTakesItsOwn()
    {
        const int Threads = 16, Each = 1_000_000, Reserve = 100_000_000;
        var budget = new RetryBudget(0, Reserve);
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < Each; i++) budget.TryWithdraw();
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(Reserve - (Threads * Each), budget.Available);
    }

    [Fact]
    public void TryWithdraw_SixteenThreadsEmptyAFullBudget_TakeExactlyWhatIsThere()
    {
        const int Threads = 16, Reserve = 1_000_000;
        var budget = new RetryBudget(0, Reserve);
        long taken = 0;
        using var start = new Barrier(Threads);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            long own = 0;
            while (budget.TryWithdraw()) own++;
            Interlocked.Add(ref taken, own);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(Reserve, taken);
    }

    [Theory]
    [InlineData(-0.1, 0, "share")]
    [InlineData(double.NaN, 0, "share")]
    [InlineData(double.PositiveInfinity, 0, "share")]
    [InlineData(0.1, -1, "reserve")]
    public void Constructor_BadValue_NamesIt(double share, int reserve, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RetryBudget(share, reserve));
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }
}
