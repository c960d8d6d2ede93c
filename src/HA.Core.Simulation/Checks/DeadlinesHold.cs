using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A call ends by its deadline.</summary>
internal sealed class DeadlinesHold(World world) : SimulationCheck
{
    private readonly long _limit = world.Scenario.Client.Calls.Deadline.Ticks;

    internal override string Name => "deadlinesHold";

    internal override string Law => $"no call outlives its deadline of {world.Scenario.Client.Calls.Deadline}";

    internal override Interest Interest => Interest.CallEnded;

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (ticks > _limit) Violate($"call {call} took {new TimeSpan(ticks)}");
    }
}
