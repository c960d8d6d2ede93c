using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// Processes are killed: what they were doing breaks off, connections are refused, registrations stay until they expire.
/// They start again when the fault ends.
/// </summary>
public sealed record CrashFault : InstanceFault
{
    /// <inheritdoc/>
    public override string Kind => "crash";

    /// <inheritdoc/>
    public override string Describe() => "crash";

    internal override void Strike(World world, InstanceProcess process) => process.Kill();

    internal override void Heal(World world, InstanceProcess process) => process.Start();
}
