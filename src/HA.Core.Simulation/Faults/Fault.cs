using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>Something that goes wrong (or is done on purpose) at a moment, for a time. Data with a name; one file each.</summary>
public abstract record Fault
{
    /// <summary>When it begins, from the start of the run.</summary>
    public TimeSpan At { get; init; }

    /// <summary>How long it lasts; null for ever.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Its kind, as written in scenario files.</summary>
    public abstract string Kind { get; }

    /// <summary>What it does, in words, for timelines.</summary>
    public abstract string Describe();

    /// <summary>Whether it is over after a while even if <see cref="For"/> names no end.</summary>
    internal virtual bool EndsByItself => false;

    /// <summary>Does it: called when it begins, completes when it has ended (or will never end).</summary>
    internal abstract Task RunAsync(World world);

    /// <summary>Takes instances down and starts them again, over and over.</summary>
    private protected Task RepeatAsync(World world, Target target, TimeSpan down, TimeSpan up, Func<InstanceProcess, Task> stop) =>
        StrikeAgainAsync(world, target, async (struck, end) =>
        {
            while (world.Simulation.Now < end)
            {
                await Task.WhenAll(struck.Select(stop)).ConfigureAwait(false);
                await world.Simulation.DelayAsync(down).ConfigureAwait(false);
                foreach (var process in struck) process.Start();
                await world.Simulation.DelayAsync(up).ConfigureAwait(false);
            }
        });

    /// <summary>Strikes the same instances again and again until a moment, and tells of the whole as of one fault.</summary>
    private protected async Task StrikeAgainAsync(World world, Target target, Func<List<InstanceProcess>, TimeSpan, Task> strike)
    {
        var struck = world.Resolve(target, Kind);
        var end = EndOfRepeating(world);
        world.Observer.FaultMoved(this, target.Text, began: true);
        await strike(struck, end).ConfigureAwait(false);
        world.Observer.FaultMoved(this, target.Text, began: false);
    }

    // Asked as it begins: without an end it lasts as long as calls arrive.
    private TimeSpan EndOfRepeating(World world)
    {
        var end = For is { } length ? world.Simulation.Now + length : TimeSpan.MaxValue;
        return world.Scenario.Duration < end ? world.Scenario.Duration : end;
    }
}
