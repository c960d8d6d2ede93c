using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Whoever reads or watches is answered by a replica that lags behind; writes are not.</summary>
public sealed record StaleReplicaFault : RegistryFault
{
    /// <summary>How far it lags.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Kind => "stale-replica";

    /// <inheritdoc/>
    public override string Describe() => FormattableString.Invariant($"registry reads {Lag.TotalSeconds:0.###} s late");

    internal override RegistrySymptoms Symptoms => new() { Lag = Lag };
}
