namespace HA.Core.Endpoints;

/// <summary>How fast what is known of endpoints grows old, in timestamps of one clock.</summary>
internal sealed class EndpointClock
{
    /// <summary>A latency that is not confirmed has faded to 1/e after this.</summary>
    private const double LatencySeconds = 10;

    /// <summary>The doubt that failures raise fades to 1/e in this.</summary>
    private const double DoubtSeconds = 2;

    /// <summary>More failures in a row do not raise the doubt further, so nobody is avoided for longer than fifteen seconds.</summary>
    private const int MostFailures = 8;

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
    /// <remarks>The processor's own conversion, which differs only for what is no such number: a cast would look for that.</remarks>
    internal long Faded(long timestamp) => double.ConvertToIntegerNative<long>(timestamp * _fadePerTick);

    /// <summary>How long doubt lasts after so many failures in a row.</summary>
    /// <remarks>
    /// Up to seven make a call 1, 1.4, 2, 2.8, 4, 5.7 and 8 times as costly: a healthy host with a few errors needs the next call
    /// to clear itself, and health, which ejects after three in a row that were not sent or five that were, needs calls to judge
    /// by. Whoever is still there after that is as good as ejected: 1450 times.
    /// </remarks>
    internal long DoubtOf(int failures) => (long)(_doubling * (failures < MostFailures ? 0.5 * (failures - 1) : 10.5));

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
