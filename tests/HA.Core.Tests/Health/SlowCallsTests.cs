using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class SlowCallsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(99);

    private readonly DetectorRig _rig =
        new(static time => new SlowCalls(Limit, 0.5, TimeSpan.FromSeconds(10), 10, DetectorRig.Ejection, time));

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
}
