using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances are told to stop, say goodbye, and are started again, over and over: a supervisor that is not content.</summary>
public sealed record RestartLoopFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.One;

    /// <summary>How long an instance is away each time.</summary>
    public TimeSpan Down { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it is back each time, registered or not.</summary>
    public TimeSpan Up { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override string Kind => "restart-loop";

    /// <inheritdoc/>
    public override string Describe() => "restarted again and again";

    internal override bool EndsByItself => true;

    internal override Task RunAsync(World world) =>
        RepeatAsync(world, Target, Down, Up, static process => process.StopAsync(TimeSpan.Zero, isForGood: false));
}
