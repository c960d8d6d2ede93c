namespace HA.Core.Simulation.Distributions;

/// <summary>Any time between two bounds, all alike.</summary>
public sealed class Uniform : Distribution
{
    private readonly long _min;
    private readonly long _range;

    /// <summary>Creates it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="min"/> is negative, or above <paramref name="max"/>.
    /// </exception>
    public Uniform(TimeSpan min, TimeSpan max)
    {
        _min = NotNegative(min, nameof(min));
        if (max < min)
            throw new ArgumentOutOfRangeException(nameof(max), max, $"It is below the lower bound, {min:c}.");
        _range = max.Ticks - _min;
    }

    /// <summary>The shortest time.</summary>
    public TimeSpan Min => new(_min);

    /// <summary>The longest time.</summary>
    public TimeSpan Max => new(_min + _range);

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_min + _range / 2.0);

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) => _min + _range * random.NextDouble();
}
