namespace HA.Core.Simulation.Distributions;

/// <summary>
/// More variable than exponential, with mean and variability to choose: a mixture of two exponentials.
/// </summary>
/// <remarks>Two phases with balanced means (Whitt 1982), so that mean and variability determine it.</remarks>
public sealed class HyperExponential : Distribution
{
    private readonly long _mean;
    private readonly double _shortShare;

    /// <summary>Creates it.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="scv">
    /// Variance over the square of the mean; 1 is the exponential distribution, at most 1 000 000.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The mean is not positive, or the scv is out of range.</exception>
    public HyperExponential(TimeSpan mean, double scv)
    {
        _mean = Positive(mean, nameof(mean));
        if (From(1, scv, nameof(scv)) > 1_000_000)
            throw new ArgumentOutOfRangeException(nameof(scv), scv, "It is at most 1 000 000.");
        Scv = scv;
        _shortShare = (1 + Math.Sqrt((scv - 1) / (scv + 1))) / 2;
    }

    /// <summary>The mean.</summary>
    public TimeSpan Mean => new(_mean);

    /// <summary>Variance over the square of the mean.</summary>
    public double Scv { get; }

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_mean);

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random)
    {
        var share = random.NextDouble() < _shortShare ? _shortShare : 1 - _shortShare;
        return _mean / (2 * share) * Exponential.Unit(random);
    }
}
