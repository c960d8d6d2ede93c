using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Registering, renewing and deregistering are done, and some of the answers are lost.</summary>
public sealed record LostAnswersFault : RegistryFault
{
    /// <summary>Share of the answers.</summary>
    public double Share { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "lost-answers";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"{Share * 100:0.##} % of the answers to writes lost");

    internal override RegistrySymptoms Symptoms => new() { LostAnswerShare = Share };
}
