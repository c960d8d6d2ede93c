using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client does not begin a call to an instance that its own catalog no longer names.</summary>
internal sealed class NoCallToDeparted(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, HashSet<string>> _known = [];

    internal override string Name => "noCallToDeparted";

    internal override string Law => "no attempt goes to an instance that the client's catalog does not name";

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        if (!_known.TryGetValue(client, out var known)) _known.Add(client, known = new HashSet<string>(StringComparer.Ordinal));
        known.Clear();
        foreach (var instance in catalog.Instances) known.Add(instance.Id);
    }

    internal override void AttemptStarted(VirtualClient client, ServiceInstance? instance, long call, int number)
    {
        if (instance is null || !_known.TryGetValue(client, out var known) || !known.Contains(instance.Id))
            Violate($"call {call} of {client.Name} went to {instance?.ToString() ?? "an unknown address"} at {world.Simulation.Now}");
    }
}
