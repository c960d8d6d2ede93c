using HA.Core.Tests.Fakes;
using HA.Core.Time;

namespace HA.Core.Tests.Time;

public class DeadlinePoolTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Fact]
    public void Rent_TimePasses_CancelsAtItsMomentAndNotBefore()
    {
        using var pool = new DeadlinePool(_time);
        var deadline = pool.Rent(Second, _time.GetTimestamp(), default);
        _time.Advance(Second - TimeSpan.FromTicks(1));
        Assert.False(deadline.IsExpired || deadline.IsCancellationRequested);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(deadline.IsExpired && deadline.IsCancellationRequested);
        pool.Return(deadline);
    }

    [Fact]
    public void Rent_ManyLengthsInAnyOrder_EachPassesAtItsOwnMoment()
    {
        using var pool = new DeadlinePool(_time);
        int[] seconds = [7, 3, 9, 1, 1, 4];
        var deadlines = seconds.Select(s => pool.Rent(Second * s, _time.GetTimestamp(), default)).ToArray();
        for (var now = 1; now <= 9; now++)
        {
            _time.Advance(Second);
            Assert.Equal(seconds.Select(s => s <= now), deadlines.Select(static d => d.IsExpired));
        }
    }

    // What hangs passes one by one, while others end and begin, some of them to pass before those that were put down as next.
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Rent_ManyUnderWay_EachPassesAtItsOwnMomentUnlessItEnds(int seed)
    {
        using var pool = new DeadlinePool(_time);
        var random = new Random(seed);
        var running = new List<(PooledDeadline Deadline, long Due)>();
        for (var step = 0; step < 5000; step++)
        {
            var now = _time.GetTimestamp();
            for (var i = random.Next(4); i > 0; i--)
            {
                var timeout = TimeSpan.FromTicks(random.Next(10) == 0 ? random.Next(1, 50) : random.Next(900, 1100));
                running.Add((pool.Rent(timeout, now, default), now + timeout.Ticks));
            }

            if (random.Next(3) == 0 && running.Count > 0)
            {
                var ended = random.Next(running.Count);
                pool.Return(running[ended].Deadline);
                running.RemoveAt(ended);
            }

            _time.Advance(TimeSpan.FromTicks(random.Next(1, 30)));
            now = _time.GetTimestamp();
            Assert.All(running, r => Assert.Equal(r.Due <= now, r.Deadline.IsExpired));
            foreach (var (deadline, _) in running.Where(static r => r.Deadline.IsExpired)) pool.Return(deadline);
            running.RemoveAll(r => r.Due <= now);
        }
    }

    [Fact]
    public void Return_InTime_IsUsedAgainAndNeverCancelledForTheOldCall()
    {
        using var pool = new DeadlinePool(_time);
        var first = pool.Rent(Second, _time.GetTimestamp(), default);
        pool.Return(first);
        _time.Advance(Second / 2);
        var second = pool.Rent(Second, _time.GetTimestamp(), default);
        Assert.Same(first, second);
        _time.Advance(Second * 0.9);
        Assert.False(second.IsCancellationRequested);
        _time.Advance(Second * 0.1);
        Assert.True(second.IsExpired);
    }

    [Fact]
    public void Return_AfterItPassed_IsNotUsedAgain()
    {
        using var pool = new DeadlinePool(_time);
        var first = pool.Rent(Second, _time.GetTimestamp(), default);
        _time.Advance(Second);
        pool.Return(first);
        Assert.NotSame(first, pool.Rent(Second, _time.GetTimestamp(), default));
    }

    [Fact]
    public void Rent_CallerCancels_CancelsWithoutExpiring()
    {
        using var pool = new DeadlinePool(_time);
        using var caller = new CancellationTokenSource();
        var deadline = pool.Rent(Second, _time.GetTimestamp(), caller.Token);
        caller.Cancel();
        Assert.True(deadline.IsCancellationRequested);
        Assert.False(deadline.IsExpired);
        pool.Return(deadline);
        Assert.NotSame(deadline, pool.Rent(Second, _time.GetTimestamp(), default));
    }

    [Fact]
    public void Return_CallerCancelsLater_DoesNotReachTheNextCall()
    {
        using var pool = new DeadlinePool(_time);
        using var caller = new CancellationTokenSource();
        pool.Return(pool.Rent(Second, _time.GetTimestamp(), caller.Token));
        var next = pool.Rent(Second, _time.GetTimestamp(), default);
        caller.Cancel();
        Assert.False(next.IsCancellationRequested);
    }

    [Fact]
    public void Set_Longer_PassesLater()
    {
        using var pool = new DeadlinePool(_time);
        var deadline = pool.Rent(Second, _time.GetTimestamp(), default);
        pool.Set(deadline, Second * 3, _time.GetTimestamp());
        _time.Advance(Second * 2);
        Assert.False(deadline.IsExpired);
        _time.Advance(Second);
        Assert.True(deadline.IsExpired);
    }

    [Fact]
    public void Timer_ThatFiresEarly_IsSetAgain()
    {
        var coarse = new ManualTime(TimeSpan.FromMilliseconds(1));
        using var pool = new DeadlinePool(coarse);
        var deadline = pool.Rent(TimeSpan.FromMilliseconds(10.7), coarse.GetTimestamp(), default);
        coarse.Advance(TimeSpan.FromMilliseconds(10.6));
        Assert.False(deadline.IsExpired);
        coarse.Advance(TimeSpan.FromMilliseconds(1.4));
        Assert.True(deadline.IsExpired);
    }

    [Fact]
    public void Rent_EightThreads_NoneIsCancelledForAnother()
    {
        using var pool = new DeadlinePool(TimeProvider.System);
        var cancelled = 0;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            using var caller = new CancellationTokenSource();
            for (var i = 0; i < 20_000; i++)
            {
                var deadline = pool.Rent(TimeSpan.FromHours(1), TimeProvider.System.GetTimestamp(), caller.Token);
                if (deadline.IsCancellationRequested) Interlocked.Increment(ref cancelled);
                pool.Return(deadline);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, cancelled);
    }
}
