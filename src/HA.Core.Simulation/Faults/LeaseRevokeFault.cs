using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Leases end before their time, though their owners live.</summary>
public sealed record LeaseRevokeFault : RegistryFault
{
    /// <summary>Share of the leases.</summary>
    public double Share { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "lease-revoke";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"{Share * 100:0.##} % of the leases revoked");

    internal override bool EndsByItself => true;

    internal override void Strike(World world) => world.Registry.Revoke(Share);
}
