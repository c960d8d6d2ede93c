using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client does not begin a call to an instance that its own catalog no longer names.</summary>
internal sealed class NoCallToDeparted(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, HashSet<VirtualInstance>> _known = [];
    // Most runs have one client, and every run asks for the same one many times.
    private VirtualClient? _lastClient;
    private HashSet<VirtualInstance> _lastKnown = [];

    internal override string Name => "noCallToDeparted";

    internal override string Law => "no attempt goes to an instance that the client's catalog does not name";

    internal override Interest Interest => Interest.AttemptStarted;

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        var known = KnownTo(client);
        known.Clear();
        foreach (var instance in catalog.Instances)
        {
            if (world.Find(instance) is { } found) known.Add(found);
        }
    }

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (instance is null || !KnownTo(client).Contains(instance))
            Violate($"call {call} of {client.Name} went to {instance?.Description.Id ?? "an unknown address"} at {world.Simulation.Now}");
    }

    private HashSet<VirtualInstance> KnownTo(VirtualClient client)
    {
        if (client == _lastClient) return _lastKnown;
        if (!_known.TryGetValue(client, out var known)) _known.Add(client, known = []);
        _lastClient = client;
        return _lastKnown = known;
    }
}
