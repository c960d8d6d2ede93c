using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// Watches fall silent while everything else works, as over a half-open connection. Each ends by an exception once it has
/// been silent for as long as a provider may leave that unnoticed.
/// </summary>
public sealed record WatchStallFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "watch-stall";

    /// <inheritdoc/>
    public override string Describe() => "watches silent";

    internal override RegistrySymptoms Symptoms => new() { SilencesWatches = true };
}
