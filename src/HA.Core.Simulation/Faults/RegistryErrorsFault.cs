using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry refuses some requests, and does not do them.</summary>
public sealed record RegistryErrorsFault : RegistryFault
{
    /// <summary>Share of the requests.</summary>
    public double Share { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "registry-errors";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"{Share * 100:0.##} % registry errors");

    internal override RegistrySymptoms Symptoms => new() { ErrorShare = Share };
}
