using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances are replaced one after the other, each drained first. Done on purpose, and nobody should notice.</summary>
public sealed record RollingDeployFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.All;

    /// <summary>How long an instance serves on after it has said that it drains.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long an instance is away.</summary>
    public TimeSpan Down { get; init; } = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override string Kind => "rolling-deploy";

    /// <inheritdoc/>
    public override string Describe() => "rolling deploy";

    internal override bool EndsByItself => true;

    internal override async Task RunAsync(World world)
    {
        foreach (var process in world.Resolve(Target, Kind))
        {
            var id = process.Instance.Description.Id;
            world.Observer.FaultMoved(this, id, began: true);
            await process.StopAsync(Drain, isForGood: false).ConfigureAwait(false);
            await world.Simulation.DelayAsync(Down).ConfigureAwait(false);
            process.Start();
            await process.WaitUntilRegisteredAsync().ConfigureAwait(false);
            world.Observer.FaultMoved(this, id, began: false);
        }
    }
}
