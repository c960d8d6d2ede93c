using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances take longer for each call.</summary>
public sealed record SlowFault : InstanceFault
{
    /// <summary>Factor on the time that a call takes.</summary>
    public double Factor { get; init; } = 10;

    /// <inheritdoc/>
    public override string Kind => "slow";

    internal override bool Disables => false;

    /// <inheritdoc/>
    public override string Describe() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Factor:0.##} times slower");

    internal override void Strike(World world, InstanceProcess process) => process.Instance.Slowness = Factor;

    internal override void Heal(World world, InstanceProcess process) => process.Instance.Slowness = 1;
}
