using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>No call is lost, and none ends twice.</summary>
internal sealed class EveryCallEndsOnce : SimulationCheck
{
    private readonly HashSet<long> _open = [];

    internal override string Name => "everyCallEndsOnce";

    internal override string Law => "each call ends exactly once";

    internal override void CallStarted(VirtualClient client, long call) => _open.Add(call);

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (!_open.Remove(call)) Violate($"call {call} of {client.Name} ended twice");
    }

    internal override void AtEnd()
    {
        if (_open.Count > 0) Violate($"{_open.Count} calls never ended, call {_open.Min()} among them");
    }
}
