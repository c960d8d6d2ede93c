using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Distributions;

/// <summary>A time whose logarithm is normal: what latencies of real services look like, most of them.</summary>
public sealed class Lognormal : Distribution
{
    // The 99th percentile of the standard normal distribution.
    private const double Z99 = 2.3263478740408408;

    // At 10 the 99th percentile is ten thousand million medians.
    private const double MaxSigma = 10;

    private readonly double _medianTicks;
    private readonly double _sigma;

    /// <summary>By the parameters of the underlying normal distribution.</summary>
    /// <param name="mu">Mean of the natural logarithm of the time in seconds.</param>
    /// <param name="sigma">Standard deviation of that logarithm; 0 to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a number, or out of its range.</exception>
    public Lognormal(double mu, double sigma)
    {
        if (!(Math.Abs(mu) <= 30)) throw new ArgumentOutOfRangeException(nameof(mu), mu, "Mu is from -30 to 30.");
        if (!(sigma is >= 0 and <= MaxSigma))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, $"Sigma is from 0 to {MaxSigma}.");
        _medianTicks = StableMath.Exp(mu) * TimeSpan.TicksPerSecond;
        _sigma = sigma;
        Median = new TimeSpan((long)_medianTicks);
        P99 = new TimeSpan((long)(_medianTicks * StableMath.Exp(sigma * Z99)));
    }

    /// <summary>By two percentiles that anybody can read off a dashboard.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The median is not positive, or p99 is below it or absurdly far above.
    /// </exception>
    public Lognormal(TimeSpan median, TimeSpan p99)
    {
        _medianTicks = Positive(median, nameof(median));
        (Median, P99) = (median, p99);
        if (p99 < median)
            throw new ArgumentOutOfRangeException(nameof(p99), p99, $"It is below the median, {median:c}.");
        _sigma = StableMath.Log(p99.Ticks / _medianTicks) / Z99;
        if (_sigma > MaxSigma)
            throw new ArgumentOutOfRangeException(nameof(p99), p99, "It is too far above the median.");
    }

    /// <summary>What half of them need at most.</summary>
    public TimeSpan Median { get; }

    /// <summary>What 99 % of them need at most; exact if it was made from it.</summary>
    public TimeSpan P99 { get; }

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_medianTicks * StableMath.Exp(_sigma * _sigma / 2));

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) =>
        _medianTicks * StableMath.Exp(_sigma * NormalDeviate.Draw(random));
}
