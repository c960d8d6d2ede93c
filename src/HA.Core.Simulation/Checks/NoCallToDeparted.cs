using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client does not begin a call to an instance that its own catalog no longer names.</summary>
internal sealed class NoCallToDeparted(World world) : SimulationCheck
{
    // By their numbers, which are quicker to look up than the instances themselves.
    private readonly PerClient<HashSet<int>> _known = new();

    internal override string Name => "noCallToDeparted";

    internal override string Law => "no attempt goes to an instance that the client's catalog does not name";

    internal override Interest Interest => Interest.AttemptStarted;

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        var known = _known[client];
        known.Clear();
        foreach (var instance in catalog.Instances)
        {
            if (world.Find(instance) is { } found) known.Add(found.Number);
        }
    }

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (instance is null || !_known[client].Contains(instance.Number))
            Violate($"call {call} of {client.Name} went to {instance?.Description.Id ?? "an unknown address"} at {world.Simulation.Now}");
    }
}
