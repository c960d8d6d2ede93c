using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Distributions;

/// <summary>
/// Time to the next of many independent events; the one that queueing theory's closed forms are about.
/// </summary>
public sealed class Exponential : Distribution
{
    private readonly long _mean;

    /// <summary>Creates it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mean is not positive.</exception>
    public Exponential(TimeSpan mean) => _mean = Positive(mean, nameof(mean));

    /// <summary>The mean.</summary>
    public TimeSpan Mean => new(_mean);

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_mean);

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) => _mean * Unit(random);

    // By inversion; 1 - u is never zero.
    internal static double Unit(RandomStream random) => -StableMath.Log(1 - random.NextDouble());
}
