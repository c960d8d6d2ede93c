using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry is down: connections are refused and open watches break.</summary>
public sealed record RegistryOutageFault : RegistryFault
{
    /// <inheritdoc/>
    public override string Kind => "registry-outage";

    /// <inheritdoc/>
    public override string Describe() => "registry outage";

    internal override RegistrySymptoms Symptoms => new() { IsDown = true };
}
