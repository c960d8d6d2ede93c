using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry answers, and says that nobody is there.</summary>
public sealed record RegistryEmptyFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "registry-empty";

    /// <inheritdoc/>
    public override string Describe() => "registry answers empty";

    internal override RegistrySymptoms Symptoms => new() { AnswersEmpty = true };
}
