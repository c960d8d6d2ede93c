using HA.Core.Calls;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Calls;

public class BulkheadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualEnvironment _environment = new();

    private Bulkhead Bulkhead(int inFlight, int queued = 0) =>
        new(new BulkheadOptions { MaxInFlight = inFlight, MaxQueued = queued }, _environment);

    private Task<bool> Enter(Bulkhead bulkhead, CancellationToken token = default) =>
        _environment.Start(() => bulkhead.EnterAsync(Second, token).AsTask());

    [Fact]
    public async Task Enter_Full_IsRefusedAtOnceUntilSomebodyLeaves()
    {
        var bulkhead = Bulkhead(2);
        Assert.True(await Enter(bulkhead) && await Enter(bulkhead));
        Assert.False(await Enter(bulkhead));
        bulkhead.Leave();
        Assert.True(await Enter(bulkhead));
        Assert.Equal(2, bulkhead.Inside);
    }

    [Fact]
    public async Task Enter_Queue_IsFirstComeFirstServedAndBounded()
    {
        var bulkhead = Bulkhead(1, queued: 2);
        Assert.True(await Enter(bulkhead));
        Task<bool> first = Enter(bulkhead), second = Enter(bulkhead);
        Assert.False(await Enter(bulkhead));
        Assert.Equal(2, bulkhead.Waiting);
        bulkhead.Leave();
        _environment.RunPosted();
        Assert.True(await first);
        Assert.False(second.IsCompleted);
        bulkhead.Leave();
        _environment.RunPosted();
        Assert.True(await second);
        bulkhead.Leave();
        Assert.Equal(0, bulkhead.Inside);
    }

    [Fact]
    public async Task Enter_TimePasses_IsRefusedAndTakesNoPlace()
    {
        var bulkhead = Bulkhead(1, queued: 1);
        await Enter(bulkhead);
        var waiting = Enter(bulkhead);
        _environment.Advance(Second);
        Assert.False(await waiting);
        Assert.Equal(0, bulkhead.Waiting);
        bulkhead.Leave();
        Assert.Equal(0, bulkhead.Inside);
    }

    [Fact]
    public async Task Enter_CallerGivesUp_LeavesTheQueue()
    {
        var bulkhead = Bulkhead(1, queued: 1);
        await Enter(bulkhead);
        using var caller = new CancellationTokenSource();
        var waiting = Enter(bulkhead, caller.Token);
        caller.Cancel();
        _environment.RunPosted();
        Assert.False(await waiting);
        Assert.Equal(0, bulkhead.Waiting);
    }

    [Fact]
    public void TryEnter_EightThreads_NeverMoreInsideThanAllowed()
    {
        var bulkhead = Bulkhead(3);
        int inside = 0, most = 0, entered = 0;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (!bulkhead.TryEnter()) continue;
                Interlocked.Increment(ref entered);
                var now = Interlocked.Increment(ref inside);
                for (var seen = Volatile.Read(ref most); now > seen;) seen = Interlocked.CompareExchange(ref most, now, seen);
                Interlocked.Decrement(ref inside);
                bulkhead.Leave();
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.InRange(most, 1, 3);
        Assert.True(entered > 0);
        Assert.Equal(0, bulkhead.Inside);
    }
}
