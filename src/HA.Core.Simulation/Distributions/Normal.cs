namespace HA.Core.Simulation.Distributions;

/// <summary>A bell around a mean, what would be below zero folded up: the sum of many small delays.</summary>
public sealed class Normal : Distribution
{
    private readonly long _mean;
    private readonly long _deviation;

    /// <summary>Creates it.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">
    /// The standard deviation, at most a third of the mean: then hardly anything is folded, and mean and deviation are true.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The mean is not positive, or the deviation is negative or more than a third of it.
    /// </exception>
    public Normal(TimeSpan mean, TimeSpan deviation)
    {
        _mean = Positive(mean, nameof(mean));
        _deviation = NotNegative(deviation, nameof(deviation));
        if (_deviation <= _mean / 3) return;
        throw new ArgumentOutOfRangeException(
            nameof(deviation), deviation, "It is at most a third of the mean; lognormal has no such limit.");
    }

    /// <summary>The mean.</summary>
    public TimeSpan Mean => new(_mean);

    /// <summary>The standard deviation.</summary>
    public TimeSpan Deviation => new(_deviation);

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_mean);

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) => Math.Abs(_mean + (_deviation * NormalDeviate.Draw(random)));
}
