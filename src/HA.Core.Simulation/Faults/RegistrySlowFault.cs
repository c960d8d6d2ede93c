using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// The registry takes its time for every answer and every notice to a watch. What its callers give up is done all the same.
/// </summary>
public sealed record RegistrySlowFault : RegistryFault
{
    /// <summary>How much longer everything takes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override string Kind => "registry-slow";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"registry slower by {Delay.TotalSeconds:0.###} s");

    internal override RegistrySymptoms Symptoms => new() { Delay = Delay };
}
