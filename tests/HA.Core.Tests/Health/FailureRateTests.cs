using FsCheck.Fluent;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class FailureRateTests
{
    private static DetectorRig Rig(double share = 0.5, int minCalls = 10, double window = 10, bool isCounted = false) =>
        new(time => new FailureRate(share, TimeSpan.FromSeconds(window), minCalls, DetectorRig.Ejection, time), isCounted);

    [Theory]
    [InlineData(10, 0, 0.1, false)]
    [InlineData(9, 1, 0.1, true)]
    [InlineData(8, 2, 0.1, true)]
    [InlineData(8, 1, 0.1, false)]
    [InlineData(6, 4, 0.5, false)]
    [InlineData(5, 5, 0.5, true)]
    public void Observe_SoManyOfTheMinimum_EjectsAtTheShare(int good, int bad, double share, bool expected)
    {
        var rig = Rig(share);
        rig.Observe(OutcomeKind.Success, good);
        Assert.Equal(expected, rig.Observe(OutcomeKind.Failure, bad));
    }

    [Fact]
    public void Observe_FailuresThatLeftTheWindow_CountNoMore()
    {
        var rig = Rig();
        rig.Observe(OutcomeKind.Failure, 9);
        rig.Wait(10);
        Assert.False(rig.Observe(OutcomeKind.Failure, 9));
        Assert.True(rig.Observe(OutcomeKind.Failure));
    }

    [Fact]
    public void Observe_WithinTheWindow_AddsUp()
    {
        var rig = Rig();
        for (var i = 0; i < 9; i++)
        {
            Assert.False(rig.Observe(OutcomeKind.Failure));
            rig.Wait(1);
        }

        Assert.True(rig.Observe(OutcomeKind.Failure));
    }

    [Fact]
    public void Observe_ThirtyPercentAtAnyPace_IsSeenAlike()
    {
        foreach (var pause in new[] { 0.001, 0.3 })
        {
            var rig = Rig(share: 0.3, minCalls: 20);
            var calls = 0;
            do rig.Wait(pause);
            while (!rig.Observe(++calls % 10 < 3 ? OutcomeKind.Failure : OutcomeKind.Success) && calls < 200);
            Assert.InRange(calls, 20, 22);
        }
    }

    [Theory]
    [InlineData(OutcomeKind.Overload)]
    [InlineData(OutcomeKind.Ignored)]
    public void Observe_NeitherGoodNorBad_DoesNotThinOutTheFailures(OutcomeKind kind)
    {
        var rig = Rig(minCalls: 12);
        rig.Observe(OutcomeKind.Failure, 11);
        rig.Observe(kind, 100);
        Assert.True(rig.Observe(OutcomeKind.Failure));
    }

    [Fact]
    public void Observe_NeverSent_IsNotTheServersFailure()
    {
        var rig = Rig();
        Assert.False(rig.Observe(OutcomeKind.Failure, 100, isLocal: true));
        rig.Observe(OutcomeKind.Success, 5);
        Assert.False(rig.Observe(OutcomeKind.Failure, 4));
    }

    [Fact]
    public void Reset_ForgetsTheWindow()
    {
        var rig = Rig();
        rig.Observe(OutcomeKind.Failure, 9);
        rig.Reset();
        Assert.False(rig.Observe(OutcomeKind.Failure, 9));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_AfterManySuccesses_LetsFewFailuresBeMost(bool isCounted)
    {
        var rig = Rig(isCounted: isCounted);
        rig.Observe(OutcomeKind.Success, 1000);
        rig.Reset();
        Assert.False(rig.Observe(OutcomeKind.Failure, 9));
        Assert.True(rig.Observe(OutcomeKind.Failure));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Observe_AnyOutcomes_EjectsExactlyWhenACountOfThemSays(bool isCounted) => Prop.ForAll<int[]>(numbers =>
    {
        var rig = Rig(share: 0.4, minCalls: 5, isCounted: isCounted);
        var counted = new CountedShare(rig.Clock, share: 0.4, minCalls: 5);
        foreach (var number in numbers)
        {
            rig.Wait(Math.Abs(number % 37) / 10.0);
            var isBad = number % 3 == 0;
            if (rig.Observe(isBad ? OutcomeKind.Failure : OutcomeKind.Success) != counted.Add(isBad)) return false;
        }

        return true;
    }).Check(1000);

    [Theory]
    [InlineData(200_001, true)]
    [InlineData(200_002, false)]
    public void Observe_ManyThreads_CountsEveryCallOnce(int minCalls, bool expected)
    {
        var rate = new FailureRate(0.1, TimeSpan.FromSeconds(10), minCalls, DetectorRig.Ejection, new ManualTime());
        var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 50_000; i++) rate.Observe(new CallOutcome(n == 0 ? OutcomeKind.Failure : OutcomeKind.Success, default, 0));
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(expected, rate.Observe(new CallOutcome(OutcomeKind.Failure, default, 0)) is not null);
    }

    [Fact]
    public void Constructor_BadValue_NamesIt()
    {
        var time = new ManualTime();
        var second = TimeSpan.FromSeconds(1);
        Assert.Equal("share", Assert.Throws<ArgumentOutOfRangeException>(() => new FailureRate(0, second, 1, second, time)).ParamName);
        Assert.Equal("window", Assert.Throws<ArgumentOutOfRangeException>(() => new FailureRate(1, TimeSpan.Zero, 1, second, time)).ParamName);
        Assert.Equal("minCalls", Assert.Throws<ArgumentOutOfRangeException>(() => new FailureRate(1, second, 0, second, time)).ParamName);
        Assert.Equal("ejection", Assert.Throws<ArgumentOutOfRangeException>(() => new FailureRate(1, second, 1, TimeSpan.Zero, time)).ParamName);
    }
}
