using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>No call is tried more often than its client was told, but for finding each instance dead once.</summary>
internal sealed class AttemptsStayInBounds(World world) : SimulationCheck
{
    internal override string Name => "attemptsStayInBounds";

    internal override string Law =>
        $"no call makes more than {world.Scenario.Client.Calls.MaxAttempts} attempts, and one more for each dead instance";

    internal override Interest Interest => Interest.AttemptStarted;

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (number >= world.Scenario.Client.Calls.MaxAttempts + world.Instances.Count) Violate($"attempt {number + 1} of call {call}");
    }
}
