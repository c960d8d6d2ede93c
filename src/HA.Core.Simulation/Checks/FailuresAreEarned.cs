using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Checks;

/// <summary>A client holds no more failures against an instance than attempts at it went wrong.</summary>
/// <remarks>
/// An attempt that was cancelled went neither well nor wrong. At the HTTP seam timeouts are cancellations, too, and nothing tells
/// them apart.
/// </remarks>
internal sealed class FailuresAreEarned(World world) : SimulationCheck
{
    // Attempts that went wrong and were not held against the instance: small numbers, and only for those that ever failed.
    private readonly Dictionary<(Place, VirtualInstance), long> _unblamed = [];

    internal override string Name => "failuresAreEarned";

    internal override string Law => "no client counts more failures of an instance than attempts at it went wrong";

    internal override Interest Interest =>
        world.Scenario.Client.Seam == CallSeam.Transport ? Interest.AttemptEnded : Interest.None;

    internal override void WentWrong(Place client, VirtualInstance instance) =>
        _unblamed[(client, instance)] = _unblamed.GetValueOrDefault((client, instance)) + 1;

    internal override void AttemptEnded(VirtualClient client, ServiceInstance instance, in CallOutcome outcome)
    {
        if (outcome.Kind != OutcomeKind.Failure || world.Find(instance) is not { } found) return;
        var left = _unblamed.GetValueOrDefault((client.Place, found)) - 1;
        if (left < 0) Violate($"at {world.Simulation.Now} {client.Name} holds a failure against {instance.Id} that it did not make");
        else _unblamed[(client.Place, found)] = left;
    }
}
