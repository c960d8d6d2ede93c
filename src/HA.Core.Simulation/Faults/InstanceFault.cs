using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>A fault on instances.</summary>
public abstract record InstanceFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.One;

    /// <summary>Whether a client should stop calling an instance that has it.</summary>
    internal virtual bool Disables => true;

    internal override async Task RunAsync(World world)
    {
        var struck = world.Resolve(Target, Kind);
        foreach (var process in struck)
        {
            world.Observer.FaultMoved(this, process.Instance.Description.Id, began: true);
            Strike(world, process);
            if (Disables) world.Observer.Detection.Broke(process.Instance);
        }

        if (For is not { } length) return;
        await world.Simulation.DelayAsync(length).ConfigureAwait(false);
        foreach (var process in struck)
        {
            world.Observer.FaultMoved(this, process.Instance.Description.Id, began: false);
            Heal(world, process);
            if (Disables) world.Observer.Detection.Mended(process.Instance);
        }
    }

    internal abstract void Strike(World world, InstanceProcess process);

    internal abstract void Heal(World world, InstanceProcess process);
}
