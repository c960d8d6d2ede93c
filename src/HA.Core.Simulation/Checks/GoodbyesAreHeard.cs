using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A process that ends takes its own entry out of a registry that it can reach.</summary>
/// <remarks>
/// Judged by the owner of the entry: a successor may have the id by then. Not where requests may wait in the registry: one that
/// its sender gave up may be done after the goodbye.
/// </remarks>
internal sealed class GoodbyesAreHeard(World world) : SimulationCheck
{
    private readonly bool _isJudged = !world.Scenario.Faults.Any(static f => f is RegistrySlowFault);

    internal override string Name => "goodbyesAreHeard";

    internal override string Law => "who has said goodbye to a registry that is well is not registered any more";

    internal override void SaidGoodbye(InstanceProcess process)
    {
        if (_isJudged && process.IsStillRegistered)
            Violate($"at {world.Simulation.Now} {process.Instance.Description.Id} has left, and its entry has not");
    }
}
