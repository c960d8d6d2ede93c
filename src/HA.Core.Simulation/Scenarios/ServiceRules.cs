using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using static HA.Core.Simulation.Scenarios.ScenarioRules;

namespace HA.Core.Simulation.Scenarios;

/// <summary>What the services of a scenario must be.</summary>
internal static class ServiceRules
{
    /// <summary>Most services behind the one that clients call.</summary>
    private const int MaxBehind = 16;

    internal static void Check(Scenario scenario)
    {
        Check(scenario.Service, "service");
        Require(scenario.Behind.Length <= MaxBehind, "behind", $"must be at most {MaxBehind} services");
        var names = new HashSet<string>(StringComparer.Ordinal) { scenario.Service.Name };
        for (var i = 0; i < scenario.Behind.Length; i++)
        {
            var service = scenario.Behind[i];
            Check(service, $"behind[{i}]");
            Require(names.Add(service.Name), $"behind[{i}].name", $"'{service.Name}' is taken by another service; each needs its own");
        }

        if (scenario.Behind.IsEmpty) return;
        Require(scenario.Client.Textbook is null, "client.textbook", "looks at the service that clients call, and does not go with behind");
        for (var i = 0; i < scenario.Faults.Length; i++)
        {
            Require(
                scenario.Faults[i] is not (StaleReplicaFault or RegistryRestoreFault or LeaseRevokeFault), $"faults[{i}].kind",
                $"{scenario.Faults[i].Kind} is simulated for a single service, and does not go with behind");
        }
    }

    private static void Check(ServiceModel service, string place)
    {
        Require(service.Instances is >= 1 and <= MaxInstances, $"{place}.instances", $"must be 1 to {MaxInstances}");
        Require(service.Workers is >= 1 and <= 1_000_000, $"{place}.workers", "must be 1 to 1000000");
        Require(service.Queue is >= 0 and <= 10_000_000, $"{place}.queue", "must be 0 to 10000000");
        Require(service.Speeds.All(static s => s is > 0 and <= 1000), $"{place}.speeds", "must each be above 0 and at most 1000");
        Require(service.Crowding >= TimeSpan.Zero, $"{place}.crowding", "must not be negative");
        Require(
            service.Discipline != Discipline.Clocked || service.ServiceTime is Constant, $"{place}.serviceTime",
            "must be one duration, the time between two answers, if the discipline is clocked");
        Require(service.ServiceTime.MeanSeconds > 0, $"{place}.serviceTime", "must be longer than zero on average");
        Require(service.WarmUp >= TimeSpan.Zero, $"{place}.warmUp", "must not be negative");
        Require(service.ColdFactor is >= 1 and <= 1000, $"{place}.coldFactor", "must be 1 to 1000");
        CheckInstances(service, place);
    }

    // Names, zones and weights become those of real instances, whose rules are the registry's.
    private static void CheckInstances(ServiceModel service, string place)
    {
        try
        {
            foreach (var zone in service.Zones.Append("zone"))
                _ = new ServiceInstance(service.Name, $"{service.Name}-1", "10.0.0.1", 1) { Zone = zone };
            foreach (var weight in service.Weights)
                _ = new ServiceInstance(service.Name, $"{service.Name}-1", "10.0.0.1", 1) { Weight = weight };
        }
        catch (ArgumentException e)
        {
            throw new ScenarioException(place, e.Message);
        }
    }
}
