using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client that sends only some of its calls sends all of them again soon after the service takes them.</summary>
/// <remarks>
/// Its own account of the past fades within its window; two of them, and a little, are plenty. An attempt is bad from when it was
/// sent, although it shows later: silence, too, tells that the service takes hardly anything.
/// </remarks>
internal sealed class RefusalsEnd(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, long> _lastBad = [];
    // Those for which there was no reason yet: an attempt that is under way may turn out to be one.
    private readonly List<(VirtualClient Client, long Call, long At)> _unexplained = [];
    private readonly TimeSpan _window = world.Scenario.Client.Calls.Throttle?.Window ?? default;

    private TimeSpan Bound => (2 * _window) + TimeSpan.FromSeconds(5);

    internal override string Name => "refusalsEnd";

    internal override string Law => FormattableString.Invariant(
        $"{Bound.TotalSeconds:0.##} s after the last failure, no call is refused because the service takes hardly any");

    internal override Interest Interest =>
        world.Scenario.Client.Calls.Throttle is null ? Interest.None : Interest.AttemptEnded | Interest.CallEnded;

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        // Answers that take a good part of the window are missing from the account as failures are.
        if (outcome.Kind != OutcomeKind.Success || outcome.Latency > _window / 4) Bad(client, outcome.Latency.Ticks);
    }

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (end.IsSuccess) return;
        // The client's own words: by value it tells only that the call failed.
        if (end.Error?.Contains("takes hardly any calls", StringComparison.Ordinal) != true) Bad(client, ticks);
        else if (world.Pump.Clock - _lastBad.GetValueOrDefault(client) > Bound.Ticks)
            _unexplained.Add((client, call, world.Pump.Clock));
    }

    internal override void AtEnd()
    {
        foreach (var (client, call, at) in _unexplained)
            Violate($"call {call} of {client.Name} was refused at {new TimeSpan(at)}, and nothing has failed for so long");
    }

    private void Bad(VirtualClient client, long ticks)
    {
        _lastBad[client] = world.Pump.Clock;
        var since = world.Pump.Clock - ticks;
        _unexplained.RemoveAll(r => r.Client == client && r.At >= since);
    }
}
