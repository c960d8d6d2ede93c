using HA.Core.Simulation.Kernel;

namespace HA.Core.Simulation.Distributions;

/// <summary>A heavy tail between two bounds: the few longest times make up much of the work.</summary>
public sealed class Pareto : Distribution
{
    private readonly double _min;
    private readonly double _shape;

    // (min/max)^shape, the tail that is cut off.
    private readonly double _cut;
    private readonly double _ratio;

    /// <summary>Creates it.</summary>
    /// <param name="min">The shortest time.</param>
    /// <param name="max">The longest time.</param>
    /// <param name="shape">The smaller, the heavier the tail; 0.01 to 100, in practice 1 to 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A bound is not positive, they are not in order, or the shape is out of range.
    /// </exception>
    public Pareto(TimeSpan min, TimeSpan max, double shape)
    {
        _min = Positive(min, nameof(min));
        if (max <= min)
            throw new ArgumentOutOfRangeException(nameof(max), max, $"It is not above the lower bound, {min:c}.");
        if (!(shape is >= 0.01 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(shape), shape, "The shape is from 0.01 to 100.");
        _shape = shape;
        Max = max;
        _ratio = _min / max.Ticks;
        _cut = StableMath.Pow(_ratio, shape);
    }

    /// <summary>The shortest time.</summary>
    public TimeSpan Min => new((long)_min);

    /// <summary>The longest time.</summary>
    public TimeSpan Max { get; }

    /// <summary>The smaller, the heavier the tail.</summary>
    public double Shape => _shape;

    /// <inheritdoc/>
    public override double MeanSeconds
    {
        get
        {
            // At shape 1 the general form is 0/0; this is its limit.
            var factor = Math.Abs(_shape - 1) < 1e-9
                ? -StableMath.Log(_ratio) / (1 - _ratio)
                : _shape / (_shape - 1) * (1 - StableMath.Pow(_ratio, _shape - 1)) / (1 - _cut);
            return Seconds(_min * factor);
        }
    }

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) =>
        _min * StableMath.Pow(1 - random.NextDouble() * (1 - _cut), -1 / _shape);
}
