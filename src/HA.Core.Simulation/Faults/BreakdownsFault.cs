using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// Instances stand still again and again, each for itself, and keep the calls they have: a process that is stopped, or a
/// machine that pauses. What was being served is served again from its start, with a service time drawn anew.
/// </summary>
public sealed record BreakdownsFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.All;

    /// <summary>How long one works between two breakdowns.</summary>
    public Distribution Up { get; init; } = new Exponential(TimeSpan.FromSeconds(60));

    /// <summary>How long one stands still.</summary>
    public Distribution Down { get; init; } = new Exponential(TimeSpan.FromSeconds(5));

    /// <inheritdoc/>
    public override string Kind => "breakdowns";

    /// <inheritdoc/>
    public override string Describe() => "breakdowns";

    internal override bool EndsByItself => true;

    internal override Task RunAsync(World world) => StrikeAgainAsync(
        world, Target, (struck, end) => Task.WhenAll(struck.Select(process => RunAsync(world, process, end))));

    private async Task RunAsync(World world, InstanceProcess process, TimeSpan end)
    {
        var random = world.Simulation.Random("breakdowns", process.Instance.Description.Id);
        while (true)
        {
            await world.Simulation.DelayAsync(Up.Sample(random)).ConfigureAwait(false);
            if (world.Simulation.Now >= end) return;
            process.Freeze();
            await world.Simulation.DelayAsync(Down.Sample(random)).ConfigureAwait(false);
            process.Thaw();
        }
    }
}
