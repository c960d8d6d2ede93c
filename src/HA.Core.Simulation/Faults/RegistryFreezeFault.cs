using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry accepts, and answers nothing; what has arrived is done when it thaws. Leases run out meanwhile.</summary>
public sealed record RegistryFreezeFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "registry-freeze";

    /// <inheritdoc/>
    public override string Describe() => "registry frozen";

    internal override RegistrySymptoms Symptoms => new() { IsFrozen = true };
}
