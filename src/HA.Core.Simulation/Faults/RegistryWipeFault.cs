using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry loses all it has, and stays up.</summary>
public sealed record RegistryWipeFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "registry-wipe";

    /// <inheritdoc/>
    public override string Describe() => "registry wiped";

    internal override bool EndsByItself => true;

    internal override void Strike(World world) => world.Registry.Wipe();
}
