using HA.Core.Health;

namespace HA.Core.Tests.Health;

public class CombinedDetectorTests
{
    private static readonly CallOutcome Failure = new(OutcomeKind.Failure, TimeSpan.Zero, 0);

    private static ConsecutiveFailures After(int failures, int seconds) => new(failures, TimeSpan.FromSeconds(seconds));

    [Fact]
    public void Observe_SeveralEject_TheLongestCounts()
    {
        var detector = new CombinedDetector(After(1, 5), After(2, 9), After(2, 7));
        Assert.Equal(TimeSpan.FromSeconds(5), detector.Observe(Failure));
        Assert.Equal(TimeSpan.FromSeconds(9), detector.Observe(Failure));
    }

    [Fact]
    public void Observe_OneEjects_TheOthersSawItToo()
    {
        var detector = new CombinedDetector(After(1, 5), After(3, 9));
        detector.Observe(Failure);
        detector.Observe(Failure);
        Assert.Equal(TimeSpan.FromSeconds(9), detector.Observe(Failure));
    }

    [Fact]
    public void Reset_ResetsAll()
    {
        var detector = new CombinedDetector(After(2, 5), After(2, 9));
        detector.Observe(Failure);
        detector.Reset();
        Assert.Null(detector.Observe(Failure));
    }

    [Fact]
    public void Constructor_NoParts_SaysWhatIsNeeded() =>
        Assert.Contains("at least one", Assert.Throws<ArgumentException>(static () => new CombinedDetector([])).Message, StringComparison.Ordinal);
}
