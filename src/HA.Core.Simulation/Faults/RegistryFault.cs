using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>A fault of the registry itself, for everybody who uses it.</summary>
public abstract record RegistryFault : Fault
{
    /// <summary>What is wrong while it lasts.</summary>
    internal virtual RegistrySymptoms Symptoms => RegistrySymptoms.None;

    /// <summary>What is done to it at the beginning.</summary>
    internal virtual void Strike(World world) { }

    internal override async Task RunAsync(World world)
    {
        Strike(world);
        world.RegistryTrouble.Begin(this);
        world.Observer.FaultMoved(this, "registry", began: true);
        if (!EndsByItself)
        {
            if (For is not { } length) return;
            await world.Simulation.DelayAsync(length).ConfigureAwait(false);
        }

        world.RegistryTrouble.End(this);
        world.Observer.FaultMoved(this, "registry", began: false);
        await world.Observer.RegistryHealedAsync().ConfigureAwait(false);
    }
}
