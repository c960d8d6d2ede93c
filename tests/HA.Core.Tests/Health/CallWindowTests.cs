using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class CallWindowTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly ManualTime _time = new();
    private readonly CallWindow _window;

    public CallWindowTests() => _window = new CallWindow(TimeSpan.FromSeconds(10), _time);

    [Fact]
    public void Others_BeforeAnything_IsNothing() => Assert.Equal(0, Others(0, 7));

    [Fact]
    public void Others_WithinTheWindow_IsAllOfIt()
    {
        Look(0, 100);
        Assert.Equal(5, Others(9 * Second, 105));
    }

    [Fact]
    public void Others_PartAfterPart_ForgetsWhatIsOlderThanTheWindow()
    {
        // One more in each second, seen at its end.
        for (var second = 0; second < 30; second++) Look(second * Second, second);
        Assert.Equal(10, Others(29 * Second, 30));
        Assert.Equal(9, Others(30 * Second, 30));
        Assert.Equal(1, Others(38 * Second, 30));
        Assert.Equal(0, Others(39 * Second, 30));
    }

    [Fact]
    public void Others_AfterALongSilence_BeginsAnew()
    {
        Look(0, 0);
        Assert.Equal(0, Others(1_000_000 * Second, 50));
        Assert.Equal(3, Others((1_000_000 + 9) * Second, 53));
    }

    [Fact]
    public void Look_FromSomebodyLate_ChangesNothing()
    {
        Look(0, 0);
        Look(20 * Second, 40);
        Look(15 * Second, 41);
        Assert.Equal(2, Others(15 * Second, 42));
    }

    [Fact]
    public void Look_StampedAheadOfTheClock_DoesNotStopTheWindow()
    {
        Look(0, 0);
        _window.Look(long.MaxValue, 40);
        Assert.Equal(41, Others(Second, 41));
        Assert.Equal(46, Others(9 * Second, 46));
        Assert.Equal(5, Others(11 * Second, 51));
    }

    [Fact]
    public void Clear_ForgetsAll()
    {
        Look(0, 0);
        _window.Clear();
        Assert.Equal(0, Others(Second, 50));
        Assert.Equal(1, Others(2 * Second, 51));
    }

    [Fact]
    public void Others_AcrossTheLimitOfCounts_IsRight()
    {
        Look(0, OutcomeTally.CountLimit - 2);
        Assert.Equal(5, Others(Second, 3));
    }

    [Fact]
    public void AddBad_PartAfterPart_ForgetsWhatIsOlderThanTheWindow()
    {
        for (var second = 0; second < 30; second++) Bad(second * Second);
        Assert.Equal(10, Bad(29 * Second) - 1);
        Assert.Equal(10, Bad(30 * Second) - 1);
        // The last one only, and itself.
        Assert.Equal(2, Bad(39 * Second));
        Assert.Equal(2, Bad(40 * Second));
    }

    [Fact]
    public void AddBad_AfterAClear_BeginsAnew()
    {
        Bad(0);
        _window.Clear();
        Assert.Equal(1, Bad(Second));
    }

    // As when another thread clears it just then: no part has begun, and what the last one left is not to be compared with.
    [Fact]
    public void AddBad_WhileNoPartHasBegun_IsForgotten()
    {
        Bad(0);
        _window.Clear();
        Assert.Equal((0, 0), _window.AddBad(-60 * Second, 7));
    }

    [Fact]
    public void AddBad_FromSomebodyLate_CountsForThePartThatIsNow()
    {
        Bad(20 * Second);
        Assert.Equal(2, Bad(5 * Second));
        Assert.Equal(3, Bad(29 * Second));
        Assert.Equal(2, Bad(30 * Second));
    }

    [Fact]
    public void AddBad_ManyThreads_CountsEachOnce()
    {
        var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            // More than a million in one part.
            for (var i = 0; i < 300_000; i++) _window.AddBad(0, 0);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal((0, 1_200_001), _window.AddBad(0, 0));
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
        Assert.InRange(_window.AddBad(now, count).Others, 90_000 - 8, 100_000 + 8);
    }

    private void Look(long at, long count)
    {
        MoveTo(at);
        _window.Look(at, count);
    }

    private long Others(long at, long count)
    {
        MoveTo(at);
        return _window.AddBad(at, count).Others;
    }

    private long Bad(long at)
    {
        MoveTo(at);
        return _window.AddBad(at, 0).Bad;
    }

    private void MoveTo(long at)
    {
        if (at > _time.GetTimestamp()) _time.Advance(new TimeSpan(at - _time.GetTimestamp()));
    }
}
