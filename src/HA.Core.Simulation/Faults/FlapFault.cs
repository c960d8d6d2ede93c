using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances crash and come back, again and again.</summary>
public sealed record FlapFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.One;

    /// <summary>How long an instance is away each time.</summary>
    public TimeSpan Down { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it is back each time.</summary>
    public TimeSpan Up { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override string Kind => "flap";

    /// <inheritdoc/>
    public override string Describe() => "flapping";

    internal override bool EndsByItself => true;

    internal override Task RunAsync(World world) => RepeatAsync(world, Target, Down, Up, static process =>
    {
        process.Kill();
        return Task.CompletedTask;
    });
}
