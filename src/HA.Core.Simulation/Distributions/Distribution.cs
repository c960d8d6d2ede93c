namespace HA.Core.Simulation.Distributions;

/// <summary>How long something takes, as a matter of chance.</summary>
/// <remarks>
/// Immutable and without state, so one may serve any number of streams. Samples are whole ticks of 100 ns, computed
/// from arithmetic that is the same to the bit on every processor.
/// </remarks>
public abstract class Distribution
{
    // A thousand years: far beyond any scenario, and safe to add to any virtual time.
    private const long MaxTicks = 365_250 * TimeSpan.TicksPerDay;

    /// <summary>The mean in seconds, from theory.</summary>
    public abstract double MeanSeconds { get; }

    /// <summary>Draws a time in ticks of 100 ns: not negative, at most a thousand years.</summary>
    public long SampleTicks(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var ticks = Draw(random) + 0.5;
        return ticks < MaxTicks ? (long)Math.Max(ticks, 0) : MaxTicks;
    }

    /// <summary>Draws a time.</summary>
    public TimeSpan Sample(RandomStream random) => new(SampleTicks(random));

    /// <summary>Draws a time in ticks, before rounding.</summary>
    protected internal abstract double Draw(RandomStream random);

    private protected static double Seconds(double ticks) => ticks / TimeSpan.TicksPerSecond;

    private protected static long NotNegative(TimeSpan value, string name) => value >= TimeSpan.Zero
        ? value.Ticks
        : throw new ArgumentOutOfRangeException(name, value, "A duration is not negative.");

    private protected static long Positive(TimeSpan value, string name) => value > TimeSpan.Zero
        ? value.Ticks
        : throw new ArgumentOutOfRangeException(name, value, "It must be longer than zero.");

    private protected static double Share(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A share is from 0 to 1.");

    private protected static double From(double least, double value, string name) =>
        value >= least && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"It must be a number of at least {least}.");
}
