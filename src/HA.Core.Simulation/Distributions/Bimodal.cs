namespace HA.Core.Simulation.Distributions;

/// <summary>
/// Mostly one distribution, now and then another: cache hits and misses, pauses of a garbage collector.
/// </summary>
public sealed class Bimodal : Distribution
{
    private readonly Distribution _common;
    private readonly Distribution _rare;
    private readonly double _rareShare;

    /// <summary>Creates it.</summary>
    /// <param name="common">What is drawn from most of the time.</param>
    /// <param name="rare">What is drawn from otherwise.</param>
    /// <param name="rareShare">How often, from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not from 0 to 1.</exception>
    public Bimodal(Distribution common, Distribution rare, double rareShare)
    {
        ArgumentNullException.ThrowIfNull(common);
        ArgumentNullException.ThrowIfNull(rare);
        _common = common;
        _rare = rare;
        _rareShare = Share(rareShare, nameof(rareShare));
    }

    /// <summary>One of two fixed times.</summary>
    public Bimodal(TimeSpan common, TimeSpan rare, double rareShare)
        : this(new Constant(common), new Constant(rare), rareShare)
    {
    }

    /// <summary>What it is most of the time.</summary>
    public Distribution Common => _common;

    /// <summary>What it is otherwise.</summary>
    public Distribution Rare => _rare;

    /// <summary>How often it is otherwise.</summary>
    public double RareShare => _rareShare;

    /// <inheritdoc/>
    public override double MeanSeconds => (1 - _rareShare) * _common.MeanSeconds + _rareShare * _rare.MeanSeconds;

    /// <inheritdoc/>
    protected internal override double Draw(RandomStream random) =>
        random.NextDouble() < _rareShare ? _rare.Draw(random) : _common.Draw(random);
}
