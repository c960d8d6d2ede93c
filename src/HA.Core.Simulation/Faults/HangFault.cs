using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Processes freeze: they accept and never answer, and renew no registration.</summary>
public sealed record HangFault : InstanceFault
{
    /// <inheritdoc/>
    public override string Kind => "hang";

    /// <inheritdoc/>
    public override string Describe() => "hang";

    internal override void Strike(World world, InstanceProcess process) => process.Freeze();

    internal override void Heal(World world, InstanceProcess process) => process.Thaw();
}
