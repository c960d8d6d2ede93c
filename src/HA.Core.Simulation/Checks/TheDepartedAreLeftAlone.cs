using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>An instance that said goodbye gets no calls once the word must have spread.</summary>
/// <remarks>
/// The word needs as long as a watch may be deaf, and a hold may last. It is judged while everything is well: what the registry
/// does not tell, no client can know.
/// </remarks>
internal sealed class TheDepartedAreLeftAlone(World world) : SimulationCheck
{
    internal override string Name => "theDepartedAreLeftAlone";

    internal override string Law => FormattableString.Invariant($"{Bound.TotalSeconds:0.##} s after an instance left, nobody calls it");

    internal override Interest Interest => Interest.AttemptStarted;

    private TimeSpan Bound
    {
        get
        {
            var watch = world.Scenario.Registry.Watch;
            return VirtualWatch.Liveness + watch.FirstAnswerTimeout + watch.MaxBackoff + watch.RemovalHoldTime + TimeSpan.FromSeconds(1);
        }
    }

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (instance?.LeftAt is not { } leftAt) return;
        var since = Math.Max(leftAt, world.Observer.Quiet.LastMove);
        if (world.Observer.Quiet.IsCalm && world.Pump.Clock - since > Bound.Ticks)
        {
            Violate($"call {call} of {client.Name} went to {instance.Description.Id} at {world.Simulation.Now}, "
                + $"gone since {new TimeSpan(leftAt)}");
        }
    }
}
