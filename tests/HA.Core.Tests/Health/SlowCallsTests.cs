using FsCheck.Fluent;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

public class SlowCallsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(99);

    private readonly DetectorRig _rig = Rig(0.5, 10);

    private static DetectorRig Rig(double share, int minCalls, bool isCounted = false) =>
        new(time => new SlowCalls(Limit, share, TimeSpan.FromSeconds(10), minCalls, DetectorRig.Ejection, time), isCounted);

    [Theory]
    [InlineData(6, 4, false)]
    [InlineData(5, 5, true)]
    [InlineData(0, 9, false)]
    [InlineData(0, 10, true)]
    public void Observe_SoManySlow_EjectsAtTheShareOfTheMinimum(int quick, int slow, bool expected)
    {
        _rig.Observe(OutcomeKind.Success, quick, Quick);
        Assert.Equal(expected, _rig.Observe(OutcomeKind.Success, slow, Limit));
    }

    [Theory]
    [InlineData(OutcomeKind.Failure)]
    [InlineData(OutcomeKind.Overload)]
    [InlineData(OutcomeKind.Ignored)]
    public void Observe_SlowButNoSuccess_IsForOthersToJudge(OutcomeKind kind) => Assert.False(_rig.Observe(kind, 100, Limit));

    [Fact]
    public void Observe_SlowOnesLeftTheWindow_CountNoMore()
    {
        _rig.Observe(OutcomeKind.Success, 9, Limit);
        _rig.Wait(10);
        Assert.False(_rig.Observe(OutcomeKind.Success, 9, Limit));
        _rig.Reset();
        Assert.False(_rig.Observe(OutcomeKind.Success, 9, Limit));
        Assert.True(_rig.Observe(OutcomeKind.Success, 1, Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reset_AfterManyQuickOnes_LetsFewSlowOnesBeMost(bool isCounted)
    {
        var rig = Rig(0.5, 10, isCounted);
        rig.Observe(OutcomeKind.Success, 1000, Quick);
        rig.Reset();
        Assert.False(rig.Observe(OutcomeKind.Success, 9, Limit));
        Assert.True(rig.Observe(OutcomeKind.Success, 1, Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Observe_AnyOutcomes_EjectsExactlyWhenACountOfThemSays(bool isCounted) => Prop.ForAll<int[]>(numbers =>
    {
        var rig = Rig(0.4, 5, isCounted);
        var counted = new CountedShare(rig.Clock, share: 0.4, minCalls: 5);
        foreach (var number in numbers)
        {
            rig.Wait(Math.Abs(number % 37) / 10.0);
            if (number % 5 == 0) rig.Observe(OutcomeKind.Failure, 1, Limit);
            var isSlow = number % 3 == 0;
            if (rig.Observe(OutcomeKind.Success, 1, isSlow ? Limit : Quick) != counted.Add(isSlow)) return false;
        }

        return true;
    }).Check(1000);
}
