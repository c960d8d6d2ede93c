using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>A client does not believe that nobody is there any more before a second read of the registry confirms it.</summary>
internal sealed class EmptinessIsConfirmed(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, ServiceCatalog> _known = [];

    internal override string Name => "emptinessIsConfirmed";

    internal override string Law => "instances that did not say goodbye do not all vanish at once";

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        var before = _known.GetValueOrDefault(client)?.Instances ?? [];
        _known[client] = catalog;
        var hold = world.Scenario.Registry.Watch.RemovalHoldTime;
        if (!catalog.Instances.IsEmpty || hold == TimeSpan.Zero) return;
        // What was held first is due first, whatever was held after it.
        if (client.HeldSince is { } heldAt && world.Simulation.Now - heldAt >= hold) return;
        var vanished = before.Count(i => i.Status == ServiceStatus.Up && !catalog.Departed.Contains(i.Id, StringComparer.Ordinal));
        if (vanished > 0) Violate($"at {world.Simulation.Now} {client.Name} believed that {vanished} instances are gone at once");
    }
}
