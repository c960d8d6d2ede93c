namespace HA.Core.Endpoints;

/// <summary>How fast what is known of endpoints grows old, in timestamps of one clock.</summary>
internal sealed class EndpointClock
{
    /// <summary>A latency that is not confirmed has faded to 1/e after this.</summary>
    private const double LatencySeconds = 10;

    /// <summary>The doubt that failures raise fades to 1/e in this.</summary>
    private const double DoubtSeconds = 2;

    private const double NaturalLogOfTwo = 0.69314718055994531;

    private readonly double _fadePerTick;
    private readonly double _doubtPerTick;
    private readonly double _agePerTick;
    private readonly double _doubling;

    internal EndpointClock(TimeProvider time)
    {
        Time = time;
        var frequency = (double)time.TimestampFrequency;
        _agePerTick = 1 / (LatencySeconds * frequency);
        _fadePerTick = LogScale.Octave / (LatencySeconds * NaturalLogOfTwo * frequency);
        _doubtPerTick = LogScale.Octave / (DoubtSeconds * NaturalLogOfTwo * frequency);
        _doubling = DoubtSeconds * NaturalLogOfTwo * frequency;
        TicksPerTimestamp = TimeSpan.TicksPerSecond / frequency;
    }

    internal static EndpointClock System { get; } = new(ServiceEnvironment.System.Time);

    internal TimeProvider Time { get; }

    internal double TicksPerTimestamp { get; }

    /// <summary>How far the logarithm of every latency has faded by then. Only differences mean anything.</summary>
    internal long Faded(long timestamp) => (long)(timestamp * _fadePerTick);

    /// <summary>How long doubt lasts: one failure makes a call 1.4 times as costly, each that follows in a row four times.</summary>
    /// <remarks>
    /// At four times for the first as well, a host with five errors in a hundred calls would keep less than half of its share:
    /// after each it waits for the call that clears it.
    /// </remarks>
    internal long DoubtOf(int failures) => (long)(_doubling * ((2 * failures) - 1.5));

    /// <summary>The logarithm of the doubt that is left so long before its end.</summary>
    internal long Doubt(long timestamps) => (long)(timestamps * _doubtPerTick);

    /// <summary>What is left of a weight after so long: 1/e after the time constant.</summary>
    /// <remarks>1 / (1 + y + y^2/2) in place of e^-y: within 0.04, and the same on every processor.</remarks>
    internal double Fading(long timestamps)
    {
        var age = timestamps * _agePerTick;
        return age <= 0 ? 1 : 1 / (1 + age + (age * age / 2));
    }
}
