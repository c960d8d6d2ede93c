using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry has no leader: it answers what it knows and refuses every write, renewals too. Leases run out meanwhile.</summary>
public sealed record LeaderLossFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "leader-loss";

    /// <inheritdoc/>
    public override string Describe() => "registry without a leader";

    internal override RegistrySymptoms Symptoms => new() { RefusesWrites = true };
}
