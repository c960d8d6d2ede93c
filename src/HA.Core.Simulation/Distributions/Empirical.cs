using System.Collections.Immutable;

namespace HA.Core.Simulation.Distributions;

/// <summary>
/// A point of a measured distribution: a share of <paramref name="Quantile"/> takes at most <paramref name="Value"/>.
/// </summary>
/// <param name="Quantile">From 0 to 1.</param>
/// <param name="Value">The time.</param>
public readonly record struct QuantilePoint(double Quantile, TimeSpan Value);

/// <summary>A measured distribution: straight lines between known quantiles.</summary>
public sealed class Empirical : Distribution
{
    private readonly ImmutableArray<QuantilePoint> _points;

    /// <summary>Creates it.</summary>
    /// <param name="points">From quantile 0 (the minimum) to quantile 1 (the maximum), both rising.</param>
    /// <exception cref="ArgumentException">
    /// There are less than two points, the ends are missing, or they do not rise.
    /// </exception>
    public Empirical(IEnumerable<QuantilePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        _points = [.. points];
        if (_points.Length < 2 || _points[0].Quantile != 0 || _points[^1].Quantile != 1)
            throw Bad("There are at least two points, from quantile 0 to quantile 1.", nameof(points));
        NotNegative(_points[0].Value, nameof(points));
        for (var i = 1; i < _points.Length; i++)
        {
            if (!(_points[i].Quantile > _points[i - 1].Quantile))
                throw Bad($"Quantile {_points[i].Quantile} does not exceed the one before it.", nameof(points));
            if (_points[i].Value < _points[i - 1].Value)
                throw Bad($"The value at quantile {_points[i].Quantile} is below the one before it.", nameof(points));
        }
    }

    /// <summary>The known quantiles.</summary>
    public ImmutableArray<QuantilePoint> Points => _points;

    /// <inheritdoc/>
    public override double MeanSeconds
    {
        get
        {
            var ticks = 0.0;
            for (var i = 1; i < _points.Length; i++)
            {
                var share = _points[i].Quantile - _points[i - 1].Quantile;
                ticks += share * (((double)_points[i].Value.Ticks + _points[i - 1].Value.Ticks) / 2);
            }

            return Seconds(ticks);
        }
    }

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random)
    {
        var u = random.NextDouble();
        var (low, high) = (0, _points.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (_points[middle].Quantile <= u) low = middle;
            else high = middle;
        }

        var (from, to) = (_points[low], _points[high]);
        var part = (u - from.Quantile) / (to.Quantile - from.Quantile);
        return from.Value.Ticks + part * (to.Value.Ticks - from.Value.Ticks);
    }

    private static ArgumentException Bad(string complaint, string name) => new(complaint, name);
}
