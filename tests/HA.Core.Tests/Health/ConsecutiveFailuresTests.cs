using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class ConsecutiveFailuresTests
{
    private static readonly TimeSpan Ejection = TimeSpan.FromSeconds(5);

    private static readonly CallOutcome Refused = new(OutcomeKind.Failure, TimeSpan.Zero, 0) { IsLocal = true };

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
    public void Observe_NeverSent_IsCountedApartWithAThresholdOfItsOwn()
    {
        var detector = new ConsecutiveFailures(5, Ejection, localThreshold: 2);
        Assert.Null(Observe(detector, OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Failure, OutcomeKind.Failure));
        Assert.Null(detector.Observe(Refused));
        Assert.Equal(Ejection, detector.Observe(Refused));
    }

    [Fact]
    public void Observe_ServerFailed_EndsTheRowOfRefusalsAndNotTheOtherWayRound()
    {
        var detector = new ConsecutiveFailures(3, Ejection, localThreshold: 2);
        Observe(detector, OutcomeKind.Failure);
        detector.Observe(Refused);
        Observe(detector, OutcomeKind.Failure);
        Assert.Null(detector.Observe(Refused));
        Assert.Equal(Ejection, Observe(detector, OutcomeKind.Failure));
    }

    [Fact]
    public void Observe_SuccessAfterARefusal_BeginsAgain()
    {
        var detector = new ConsecutiveFailures(3, Ejection, localThreshold: 2);
        detector.Observe(Refused);
        Observe(detector, OutcomeKind.Success);
        Assert.Null(detector.Observe(Refused));
        detector.Reset();
        Assert.Null(detector.Observe(Refused));
    }

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
