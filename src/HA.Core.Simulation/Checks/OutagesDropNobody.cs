using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>The first answer of a registry that was lost removes nobody who did not say goodbye: nobody could renew meanwhile.</summary>
/// <remarks>A client that was told not to hold removals does not.</remarks>
internal sealed class OutagesDropNobody(World world) : SimulationCheck
{
    private readonly Dictionary<VirtualClient, ServiceCatalog> _known = [];
    private readonly HashSet<VirtualClient> _resuming = [];

    internal override string Name => "outagesDropNobody";

    internal override string Law => "the first answer after the registry was lost removes only who said goodbye";

    internal override void RegistryAnswersAgain(VirtualClient client) => _resuming.Add(client);

    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog)
    {
        var before = _known.GetValueOrDefault(client)?.Instances ?? [];
        _known[client] = catalog;
        var watch = world.Scenario.Registry.Watch;
        if (!_resuming.Remove(client) || watch.RemovalHoldTime == TimeSpan.Zero || watch.MaxRemovalShare >= 1) return;
        var named = catalog.Instances.Select(static i => i.Id).Concat(catalog.Departed).ToHashSet(StringComparer.Ordinal);
        var dropped = before.Select(static i => i.Id).FirstOrDefault(id => !named.Contains(id));
        if (dropped is not null) Violate($"at {world.Simulation.Now} {client.Name} dropped {dropped}");
    }
}
