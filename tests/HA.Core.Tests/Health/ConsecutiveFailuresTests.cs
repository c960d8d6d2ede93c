using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class ConsecutiveFailuresTests
{
    private static readonly TimeSpan Ejection = TimeSpan.FromSeconds(5);

    private static TimeSpan? Observe(ConsecutiveFailures detector, params OutcomeKind[] kinds)
    {
        TimeSpan? last = null;
        foreach (var kind in kinds) last = detector.Observe(new CallOutcome(kind, TimeSpan.Zero, 0));
        return last;
    }

    [Fact]
    public void Observe_ThresholdInARow_Ejects()
    {
        var detector = new ConsecutiveFailures(3, Ejection);
        Assert.Null(Observe(detector, OutcomeKind.Failure, OutcomeKind.Failure));
        Assert.Equal(Ejection, Observe(detector, OutcomeKind.Failure));
    }

    [Fact]
    public void Observe_SuccessBetween_BeginsAgain() => Assert.Null(Observe(
        new ConsecutiveFailures(3, Ejection), OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Success, OutcomeKind.Failure, OutcomeKind.Failure));

    [Fact]
    public void Observe_OverloadAndIgnored_AreNeutral() => Assert.Equal(Ejection, Observe(
        new ConsecutiveFailures(2, Ejection), OutcomeKind.Failure, OutcomeKind.Overload, OutcomeKind.Ignored, OutcomeKind.Failure));

    [Fact]
    public void Reset_AfterFailures_ForgetsThem()
    {
        var detector = new ConsecutiveFailures(2, Ejection);
        Observe(detector, OutcomeKind.Failure);
        detector.Reset();
        Assert.Null(Observe(detector, OutcomeKind.Failure));
    }

    [Fact]
    public void Constructor_BadValue_NamesIt()
    {
        Assert.Equal("threshold", Assert.Throws<ArgumentOutOfRangeException>(() => new ConsecutiveFailures(0, Ejection)).ParamName);
        Assert.Equal("ejection", Assert.Throws<ArgumentOutOfRangeException>(() => new ConsecutiveFailures(1, TimeSpan.Zero)).ParamName);
    }
}
