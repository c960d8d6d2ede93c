using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Faults;

/// <summary>
/// Others on the same machines take workers away from instances, again and again, and from each at another time: what is called an
/// antagonist where clusters are shared (Wydrowski et al., "Load is not what you should balance", NSDI 2024).
/// </summary>
/// <remarks>Calls that have a worker keep it, unless the workers are shared: then all calls slow down at once.</remarks>
public sealed record NoisyNeighboursFault : Fault
{
    /// <summary>Which instances.</summary>
    public Target Target { get; init; } = Target.All;

    /// <summary>Workers that they take from each; one stays, however many do.</summary>
    public int Takes { get; init; } = 1;

    /// <summary>How long they take them.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long they are quiet after that.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string Kind => "noisy-neighbours";

    /// <inheritdoc/>
    public override string Describe() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"neighbours take {Takes} {(Takes == 1 ? "worker" : "workers")} now and then");

    internal override bool EndsByItself => true;

    internal override Task RunAsync(World world) => StrikeAgainAsync(world, Target, (struck, end) => Task.WhenAll(
        struck.Select((process, i) => RunAsync(world, process.Instance, (Busy + Idle) * i / struck.Count, end))));

    private async Task RunAsync(World world, VirtualInstance instance, TimeSpan later, TimeSpan end)
    {
        await PauseAsync(later).ConfigureAwait(false);
        while (world.Simulation.Now < end)
        {
            instance.TakeWorkers(Takes);
            await PauseAsync(Busy).ConfigureAwait(false);
            instance.TakeWorkers(-Takes);
            await PauseAsync(Idle).ConfigureAwait(false);
        }

        ValueTask PauseAsync(TimeSpan length)
        {
            var left = end - world.Simulation.Now;
            return world.Simulation.DelayAsync(length < left ? length : left);
        }
    }
}
