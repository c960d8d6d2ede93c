using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Health;

/// <summary>A detector and the clock that outcomes are stamped with.</summary>
internal sealed class DetectorRig
{
    public static readonly TimeSpan Ejection = TimeSpan.FromSeconds(5);

    private readonly IFailureDetector _detector;
    private readonly OutcomeTally? _tally;

    /// <param name="create">Makes the detector.</param>
    /// <param name="isCounted">Whether successes are counted for the detector, as in a pool, or by itself.</param>
    public DetectorRig(Func<TimeProvider, IFailureDetector> create, bool isCounted = false)
    {
        _detector = create(Clock);
        if (isCounted) _tally = new OutcomeTally();
    }

    public ManualTime Clock { get; } = new();

    /// <summary>Whether the last of so many outcomes ejects.</summary>
    public bool Observe(OutcomeKind kind, int count = 1, TimeSpan latency = default, bool isLocal = false)
    {
        TimeSpan? last = null;
        for (var i = 0; i < count; i++)
        {
            var outcome = new CallOutcome(kind, latency, Clock.GetTimestamp()) { IsLocal = isLocal };
            last = _tally is null ? _detector.Observe(outcome) : _detector.Observe(outcome, _tally.Add(outcome));
        }

        if (last is not null) Assert.Equal(Ejection, last);
        return last is not null;
    }

    public void Wait(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public void Reset() => _detector.Reset();
}
