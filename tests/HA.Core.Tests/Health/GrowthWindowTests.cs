using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class GrowthWindowTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly ManualTime _time = new();
    private readonly GrowthWindow _window;

    public GrowthWindowTests() => _window = new GrowthWindow(TimeSpan.FromSeconds(10), _time);

    [Fact]
    public void Grown_BeforeAnything_IsNothing() => Assert.Equal(0, Grown(0, 7));

    [Fact]
    public void Grown_WithinTheWindow_IsAllOfIt()
    {
        Look(0, 100);
        Assert.Equal(5, Grown(9 * Second, 105));
    }

    [Fact]
    public void Grown_PartAfterPart_ForgetsWhatIsOlderThanTheWindow()
    {
        // One more in each second, seen at its end.
        for (var second = 0; second < 30; second++) Look(second * Second, second);
        Assert.Equal(10, Grown(29 * Second, 30));
        Assert.Equal(9, Grown(30 * Second, 30));
        Assert.Equal(1, Grown(38 * Second, 30));
        Assert.Equal(0, Grown(39 * Second, 30));
    }

    [Fact]
    public void Grown_AfterALongSilence_BeginsAnew()
    {
        Look(0, 0);
        Assert.Equal(0, Grown(1_000_000 * Second, 50));
        Assert.Equal(3, Grown((1_000_000 + 9) * Second, 53));
    }

    [Fact]
    public void Look_FromSomebodyLate_ChangesNothing()
    {
        Look(0, 0);
        Look(20 * Second, 40);
        Look(15 * Second, 41);
        Assert.Equal(2, Grown(15 * Second, 42));
    }

    [Fact]
    public void Look_StampedAheadOfTheClock_DoesNotStopTheWindow()
    {
        Look(0, 0);
        _window.Look(long.MaxValue, 40);
        Assert.Equal(41, Grown(Second, 41));
        Assert.Equal(46, Grown(9 * Second, 46));
        Assert.Equal(5, Grown(11 * Second, 51));
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        Look(0, 0);
        _window.Clear();
        Assert.Equal(0, Grown(Second, 50));
        Assert.Equal(1, Grown(2 * Second, 51));
    }

    [Fact]
    public void Grown_AcrossTheLimitOfCounts_IsRight()
    {
        Look(0, OutcomeTally.CountLimit - 2);
        Assert.Equal(5, Grown(Second, 3));
    }

    [Fact]
    public void Look_ManyThreadsAtTheTurns_LosesNothingOfTheWindow()
    {
        long count = 0, now = 0;
        _time.Advance(TimeSpan.FromHours(1));
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                var at = Interlocked.Add(ref now, Second / 10_000);
                _window.Look(at, Interlocked.Increment(ref count) - 1);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        // Of ten thousand a second, all but what ended in the second that had just begun; a few were on their way at its turns.
        Assert.InRange(_window.Grown(now, count), 90_000 - 8, 100_000 + 8);
    }

    private void Look(long at, long count)
    {
        MoveTo(at);
        _window.Look(at, count);
    }

    private long Grown(long at, long count)
    {
        MoveTo(at);
        return _window.Grown(at, count);
    }

    private void MoveTo(long at)
    {
        if (at > _time.GetTimestamp()) _time.Advance(new TimeSpan(at - _time.GetTimestamp()));
    }
}
