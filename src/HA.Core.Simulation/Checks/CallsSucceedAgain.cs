using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>Liveness: a while after everything has been put right, no call fails.</summary>
/// <remarks>Judged if the instances that run can easily serve the calls; how long a while is, follows from the options.</remarks>
internal sealed class CallsSucceedAgain(World world) : QuietCheck(world)
{
    private long _calls;
    private long _failed;
    private string? _first;

    internal override string Name => "callsSucceedAgain";

    internal override string Law => FormattableString.Invariant(
        $"{RunPlan.SettleTime(World.Scenario).TotalSeconds:0.##} s after the last fault, calls succeed");

    internal override Interest Interest => Interest.CallEnded;

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (!WasQuiet(ticks)) return;
        _calls++;
        if (end.IsSuccess) return;
        _failed++;
        _first ??= $"call {call} of {client.Name} at {World.Simulation.Now}: {end.Error}";
    }

    internal override void AtEnd()
    {
        if (_failed > 0 && IsRoomy(_calls)) Violate($"{_failed} of {_calls} calls failed, {_first}");
    }

    protected override void Begin() => (_calls, _failed, _first) = (0, 0, null);
}
