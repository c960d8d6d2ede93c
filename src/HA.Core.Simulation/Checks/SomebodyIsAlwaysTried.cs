using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Checks;

/// <summary>A call is not given up for want of instances while some are up: unfit ones are better than none.</summary>
internal sealed class SomebodyIsAlwaysTried(World world) : SimulationCheck
{
    private readonly HashSet<VirtualClient> _withoutAny = [];

    internal override string Name => "somebodyIsAlwaysTried";

    internal override string Law => "no call ends without an attempt for want of instances while the catalog names one that is up";

    // A limit on each instance may leave no choice, and a client at the HTTP seam does not tell its attempts.
    internal override Interest Interest =>
        world.Scenario.Client is { Seam: CallSeam.Transport, Calls.Concurrency: null } ? Interest.CallEnded : Interest.None;

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        if (catalog.Instances.Any(static i => i.Status == ServiceStatus.Up)) _withoutAny.Remove(client);
        else _withoutAny.Add(client);
    }

    internal override void CallEnded(VirtualClient client, long call, in CallEnd end, long ticks)
    {
        if (end.IsSuccess || end.Attempts > 0 || ticks > 0 || _withoutAny.Contains(client)) return;
        if (end.Error?.StartsWith("No instance", StringComparison.Ordinal) == true)
            Violate($"call {call} of {client.Name} at {world.Simulation.Now}: {end.Error}");
    }
}
