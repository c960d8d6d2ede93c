namespace HA.Core.Simulation.Distributions;

/// <summary>Always the same time. Draws no numbers.</summary>
public sealed class Constant : Distribution
{
    private readonly long _ticks;

    /// <summary>Creates it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public Constant(TimeSpan value) => _ticks = NotNegative(value, nameof(value));

    /// <summary>The time.</summary>
    public TimeSpan Value => new(_ticks);

    /// <inheritdoc/>
    public override double MeanSeconds => Seconds(_ticks);

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) => _ticks;
}
