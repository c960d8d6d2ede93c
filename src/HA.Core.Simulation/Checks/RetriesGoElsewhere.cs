using HA.Core.Simulation.Model;

namespace HA.Core.Simulation.Checks;

/// <summary>The second attempt of a call goes to another instance, if another one is fit.</summary>
internal sealed class RetriesGoElsewhere(World world) : SimulationCheck
{
    // Calls are numbered without gaps, so a slot is used again only after so many others.
    private const int Slots = 1 << 14;

    private readonly (VirtualInstance? Instance, int Catalogs)[] _first = new (VirtualInstance?, int)[Slots];
    private int _catalogs;

    internal override string Name => "retriesGoElsewhere";

    internal override string Law => "a second attempt goes to another instance while another one is fit";

    // A limit on an instance may leave no choice.
    internal override Interest Interest => world.Scenario.Client.Calls.Concurrency is null ? Interest.AttemptStarted : Interest.None;

    // Who leaves and comes back is somebody new, even to a call that tried him before.
    internal override void CatalogChanged(VirtualClient client, ServiceCatalog catalog) => _catalogs++;

    internal override void AttemptStarted(VirtualClient client, VirtualInstance? instance, long call, int number)
    {
        if (number == 0) _first[call & (Slots - 1)] = (instance, _catalogs);
        if (number == 1 && instance is not null && _first[call & (Slots - 1)] == (instance, _catalogs)) Judge(client, instance, call);
    }

    // A method of its own, for a closure is made where its captures are declared: at every attempt.
    private void Judge(VirtualClient client, VirtualInstance instance, long call)
    {
        var others = client.Pool.Snapshot.Eligible.Where(e => e.Instance.Id != instance.Description.Id);
        if (others.Any(static e => e.Health <= EndpointHealth.Unknown))
            Violate($"call {call} of {client.Name} went to {instance.Description.Id} twice, at last at {world.Simulation.Now}");
    }
}
