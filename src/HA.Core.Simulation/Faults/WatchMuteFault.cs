using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// Watches break, and those that are begun meanwhile are accepted and never say a word, as behind a proxy that lost its way: not
/// even after it ends, and not even that they are dead.
/// </summary>
public sealed record WatchMuteFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "watch-mute";

    /// <inheritdoc/>
    public override string Describe() => "watches accepted and never answered";

    internal override RegistrySymptoms Symptoms => new() { MutesWatches = true };

    internal override void Strike(World world) => world.RegistryTrouble.BreakWatches();
}
