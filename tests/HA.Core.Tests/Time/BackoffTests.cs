using HA.Core.Tests.Fakes;
using HA.Core.Time;

namespace HA.Core.Tests.Time;

public class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Fact]
    public void Next_LargestDraws_DoublesUpToTheLimit()
    {
        var backoff = new Backoff(First, Limit, new ScriptedStream(1ul << 63));
        double[] halves = [.. Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalMilliseconds)];
        Assert.Equal([100, 200, 400, 500, 500, 500], halves);
    }

    [Fact]
    public void Next_FullJitter_ReachesZero() =>
        Assert.Equal(TimeSpan.Zero, new Backoff(First, Limit, new ScriptedStream(0)).Next());

    [Fact]
    public void Next_ThousandsOfTimes_NeverPassesTheLimit()
    {
        var backoff = new Backoff(TimeSpan.FromTicks(1), TimeSpan.MaxValue / 4, new ScriptedStream(ulong.MaxValue));
        for (var i = 0; i < 2000; i++) Assert.InRange(backoff.Next(), TimeSpan.Zero, TimeSpan.MaxValue / 4);
    }

    [Fact]
    public void Reset_AfterFailures_BeginsAgain()
    {
        var backoff = new Backoff(First, Limit, new ScriptedStream(1ul << 63));
        for (var i = 0; i < 5; i++) backoff.Next();
        backoff.Reset();
        Assert.Equal(100, backoff.Next().TotalMilliseconds);
    }
}
