using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Faults;

/// <summary>Instances are added, or drained and taken away, until so many are left.</summary>
public sealed record ScaleFault : Fault
{
    /// <summary>How many instances there are afterwards.</summary>
    public int To { get; init; } = 1;

    /// <summary>How long an instance that leaves serves on after it has said so.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override string Kind => "scale";

    /// <inheritdoc/>
    public override string Describe() => $"scale to {To}";

    internal override bool EndsByItself => true;

    internal override async Task RunAsync(World world)
    {
        var present = world.Instances.FindAll(static i => !i.HasLeft);
        world.Observer.FaultMoved(this, world.Scenario.Service.Name, began: true);
        for (var i = present.Count; i < To; i++) world.Add().Start();
        // The youngest leave first.
        var leaving = present.Skip(To).Select(process => process.StopAsync(Drain, isForGood: true));
        await Task.WhenAll(leaving).ConfigureAwait(false);
        world.Observer.FaultMoved(this, world.Scenario.Service.Name, began: false);
    }
}
