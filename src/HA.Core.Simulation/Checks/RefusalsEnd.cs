using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client that sends only some of its calls sends all of them again soon after the service takes them.</summary>
/// <remarks>Its own account of the past fades within its window; two of them, and a little, are plenty.</remarks>
internal sealed class RefusalsEnd(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, long> _lastBad = [];
    private readonly long _bound = (2 * (world.Scenario.Client.Calls.Throttle?.Window ?? default) + TimeSpan.FromSeconds(5)).Ticks;

    internal override string Name => "refusalsEnd";

    internal override string Law => FormattableString.Invariant(
        $"{new TimeSpan(_bound).TotalSeconds:0.##} s after the last failure, no call is refused because the service takes hardly any");

    internal override Interest Interest =>
        world.Scenario.Client.Calls.Throttle is null ? Interest.None : Interest.AttemptEnded | Interest.CallEnded;

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (outcome.Kind is OutcomeKind.Failure or OutcomeKind.Overload) _lastBad[client] = world.Pump.Now;
    }

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (end.IsSuccess) return;
        // The client's own words: by value it tells only that the call failed.
        if (end.Error?.Contains("takes hardly any calls", StringComparison.Ordinal) != true) _lastBad[client] = world.Pump.Now;
        else if (world.Pump.Now - _lastBad.GetValueOrDefault(client) > _bound)
            Violate($"call {call} of {client.Name} was refused at {world.Simulation.Now}, and nothing has failed for so long");
    }
}
