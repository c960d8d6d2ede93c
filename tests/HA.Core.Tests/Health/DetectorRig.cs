using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>A detector and the clock that outcomes are stamped with.</summary>
internal sealed class DetectorRig
{
    public static readonly TimeSpan Ejection = TimeSpan.FromSeconds(5);

    private readonly IFailureDetector _detector;

    public DetectorRig(Func<TimeProvider, IFailureDetector> create) => _detector = create(Clock);

    public ManualTime Clock { get; } = new();

    /// <summary>Whether the last of so many outcomes ejects.</summary>
    public bool Observe(OutcomeKind kind, int count = 1, TimeSpan latency = default, bool isLocal = false)
    {
        TimeSpan? last = null;
        for (var i = 0; i < count; i++)
            last = _detector.Observe(new CallOutcome(kind, latency, Clock.GetTimestamp()) { IsLocal = isLocal });
        if (last is not null) Assert.Equal(Ejection, last);
        return last is not null;
    }

    public void Wait(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public void Reset() => _detector.Reset();
}
