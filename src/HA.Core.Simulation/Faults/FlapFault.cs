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

    internal override async Task RunAsync(World world)
    {
        var struck = world.Resolve(Target, Kind);
        var end = EndOfRepeating(world);
        world.Observer.FaultMoved(this, Target.Text, began: true);
        while (world.Simulation.Now < end)
        {
            foreach (var process in struck) process.Kill();
            await world.Simulation.DelayAsync(Down).ConfigureAwait(false);
            foreach (var process in struck) process.Start();
            await world.Simulation.DelayAsync(Up).ConfigureAwait(false);
        }

        world.Observer.FaultMoved(this, Target.Text, began: false);
    }
}
