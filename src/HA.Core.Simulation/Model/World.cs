using System.Collections.Immutable;
using HA.Core.Calls;
using HA.Core.Simulation.Kernel;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>Everything that exists in a run: instances, clients, the registry, and the network between them.</summary>
internal sealed class World
{
    private const int Port = 8080;

    private readonly Dictionary<string, VirtualInstance> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<ServiceInstance, VirtualInstance> _found = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<Exchange> _idle = new();
    private int _born;

    internal World(Simulator simulation, Scenario scenario, ScenarioParts? parts = null, bool keepsHistory = false)
    {
        Simulation = simulation;
        Parts = parts ?? new ScenarioParts();
        Scenario = scenario;
        Tiers = [.. scenario.Behind.Prepend(scenario.Service).Select(static (service, depth) => new Tier(service, depth))];
        for (var i = 1; i < Tiers.Length; i++) Tiers[i - 1].Behind = Tiers[i];
        Observer = new RunObserver(this, keepsHistory);
        Deadlines = new DeadlineLine(simulation.Pump);
        Network = new VirtualNetwork(scenario.Network.Latency, simulation.Random("network", "latency"));
        RegistryTrouble = new RegistryTrouble(simulation.Environment);
        Registry = new RegistryServer(this);
        foreach (var tier in Tiers)
        {
            for (var i = 0; i < tier.Service.Instances; i++) Add(tier);
        }

        for (var i = 0; i < scenario.Client.Count; i++) Clients.Add(VirtualClient.Create(this, i + 1));
    }

    internal Simulator Simulation { get; }

    internal Scenario Scenario { get; }

    internal ScenarioParts Parts { get; }

    internal Pump Pump => Simulation.Pump;

    internal VirtualNetwork Network { get; }

    internal DeadlineLine Deadlines { get; }

    internal RegistryServer Registry { get; }

    internal RegistryTrouble RegistryTrouble { get; }

    internal Place RegistryPlace { get; } = new(PlaceKind.Registry, "registry");

    internal RunObserver Observer { get; }

    /// <summary>The service that clients call, and those behind it, in the order of the calls.</summary>
    internal ImmutableArray<Tier> Tiers { get; }

    /// <summary>Every instance that ever was of the service that clients call, in the order of their birth.</summary>
    internal List<InstanceProcess> Instances => Tiers[0].Instances;

    /// <summary>The same for all services.</summary>
    internal IEnumerable<InstanceProcess> Everybody => Tiers.SelectMany(static t => t.Instances);

    internal List<VirtualClient> Clients { get; } = [];

    /// <summary>Who listens at the address of this instance; null if nobody ever did.</summary>
    internal VirtualInstance? Find(ServiceInstance instance)
    {
        // Asked for every attempt: registries hand the same object out again, so its address is looked up once.
        if (_found.TryGetValue(instance, out var found)) return found;
        found = Find(instance.Address, instance.Port);
        if (found is not null) _found.Add(instance, found);
        return found;
    }

    internal VirtualInstance? Find(string address, int port) =>
        port == Port && _byAddress.TryGetValue(address, out var instance) ? instance : null;

    /// <summary>One more instance of the service that clients call, not yet started.</summary>
    internal InstanceProcess Add() => Add(Tiers[0]);

    private InstanceProcess Add(Tier tier)
    {
        var service = tier.Service;
        var index = tier.Instances.Count;
        var description = new ServiceInstance(service.Name, IdOf(service, index), AddressOf(_born++), Port)
        {
            Zone = service.Zones.IsEmpty ? null : service.Zones[index % service.Zones.Length],
            Weight = service.Weights.IsEmpty ? ServiceInstance.DefaultWeight : service.Weights[index % service.Weights.Length],
            HealthCheckUrl = "/health",
            Version = "1",
        };
        var process = new InstanceProcess(this, new VirtualInstance(this, tier, description, service.SpeedOf(index)));
        _byAddress.Add(description.Address, process.Instance);
        tier.Instances.Add(process);
        return process;
    }

    /// <summary>The instances that a fault strikes, among those that have not left for good.</summary>
    internal List<InstanceProcess> Resolve(Target target, string fault)
    {
        var tier = target.Service is { } service ? Tiers.First(t => t.Service.Name == service) : Tiers[0];
        var present = tier.Instances.FindAll(static i => !i.HasLeft);
        if (target.Zone is { } zone) return present.FindAll(i => i.Instance.Description.Zone == zone);
        if (target.Share is not { } share)
            return present.FindAll(i => target.Ids.Contains(i.Instance.Description.Id, StringComparer.Ordinal));

        var count = share == 0 ? 1 : (int)Math.Ceiling(share * present.Count);
        if (count >= present.Count) return present;
        var random = Simulation.Environment.Random($"target of {fault}");
        for (var i = 0; i < count; i++)
        {
            var other = i + random.Next(present.Count - i);
            (present[i], present[other]) = (present[other], present[i]);
        }

        var chosen = present.GetRange(0, count);
        chosen.Sort(static (a, b) => string.CompareOrdinal(a.Instance.Description.Id, b.Instance.Description.Id));
        return chosen;
    }

    /// <summary>Asks an instance how it is: no call, and only its sender bounds the wait.</summary>
    internal ValueTask<AttemptResult<VirtualResponse>> AskAsync(
        Place from, ServiceInstance instance, CancellationToken cancellationToken)
    {
        var context = new AttemptContext(0, Timeout.InfiniteTimeSpan, cancellationToken);
        return Rent().SendAsync(from, Find(instance), new VirtualRequest(0), context);
    }

    internal Exchange Rent() => _idle.TryPop(out var exchange) ? exchange : new Exchange(this);

    internal void Recycle(Exchange exchange) => _idle.Push(exchange);

    private string IdOf(ServiceModel service, int index)
    {
        if (service.Ids == InstanceIds.Counted) return $"{service.Name}-{index + 1}";
        var random = Simulation.Random("id", service == Scenario.Service ? $"{index}" : $"{service.Name} {index}");
        return $"{service.Name}-{(uint)random.NextUInt64():x8}";
    }

    private static string AddressOf(int index) => $"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}";
}
