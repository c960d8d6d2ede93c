using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// The registry is restored from a backup: it knows what it knew then, under smaller revisions, and every lease in it
/// begins anew.
/// </summary>
public sealed record RegistryRestoreFault : RegistryFault
{
    /// <summary>How old the backup is.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override string Kind => "registry-restore";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"registry set back by {Age.TotalSeconds:0.###} s");

    internal override bool EndsByItself => true;

    internal override void Strike(World world) => world.Registry.Restore(Age);
}
