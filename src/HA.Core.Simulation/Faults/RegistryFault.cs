using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>The registry is down: connections are refused and open watches break.</summary>
public sealed record RegistryOutageFault : Fault
{
    /// <inheritdoc/>
    public override string Kind => "registry-outage";

    /// <inheritdoc/>
    public override string Describe() => "registry outage";

    internal override Task RunAsync(World world) => RegistryTrouble.RunAsync(world, this, isDown: true, answersEmpty: false);
}

/// <summary>The registry answers, and says that nobody is there.</summary>
public sealed record RegistryEmptyFault : Fault
{
    /// <inheritdoc/>
    public override string Kind => "registry-empty";

    /// <inheritdoc/>
    public override string Describe() => "registry answers empty";

    internal override Task RunAsync(World world) => RegistryTrouble.RunAsync(world, this, isDown: false, answersEmpty: true);
}
