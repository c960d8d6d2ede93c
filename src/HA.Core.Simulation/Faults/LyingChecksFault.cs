using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances answer health checks with an error, and calls as ever.</summary>
public sealed record LyingChecksFault : InstanceFault
{
    /// <inheritdoc/>
    public override string Kind => "lying-checks";

    internal override bool Disables => false;

    /// <inheritdoc/>
    public override string Describe() => "lying health checks";

    internal override void Strike(World world, InstanceProcess process) => process.Instance.ChecksLie = true;

    internal override void Heal(World world, InstanceProcess process) => process.Instance.ChecksLie = false;
}
