using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Watches end by an exception, again and again; each may be begun anew at once.</summary>
public sealed record WatchBreakFault : Fault
{
    /// <summary>Time between two breaks.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override string Kind => "watch-break";

    /// <inheritdoc/>
    public override string Describe() => "watches break";

    internal override bool EndsByItself => true;

    internal override async Task RunAsync(World world)
    {
        var end = For is { } length ? world.Simulation.Now + length : TimeSpan.MaxValue;
        if (world.Scenario.Duration < end) end = world.Scenario.Duration;
        world.Observer.FaultMoved(this, "registry", began: true);
        while (world.Simulation.Now < end)
        {
            world.RegistryTrouble.BreakWatches();
            await world.Simulation.DelayAsync(Every).ConfigureAwait(false);
        }

        world.Observer.FaultMoved(this, "registry", began: false);
        await world.Observer.RegistryHealedAsync().ConfigureAwait(false);
    }
}
