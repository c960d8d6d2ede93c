using System.Diagnostics.CodeAnalysis;
using HA.Core.Balancing;
using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.Scenarios;

/// <summary>What a scenario must be to be run. Each message names the place in the scenario and says what would be right.</summary>
public static class ScenarioRules
{
    /// <summary>Most instances, so that a slip of the finger does not fill the memory.</summary>
    public const int MaxInstances = 100_000;

    /// <summary>Most clients.</summary>
    public const int MaxClients = 10_000;

    /// <summary>Most calls of one run.</summary>
    public const double MaxCalls = 1e9;

    /// <summary>Most runs of one experiment.</summary>
    public const int MaxSeeds = 10_000;

    /// <summary>Checks a scenario.</summary>
    /// <exception cref="ScenarioException">Something in it cannot be run.</exception>
    public static void Check(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ServiceRules.Check(scenario);
        Require(scenario.Duration > TimeSpan.Zero, "duration", "must be longer than zero");
        Require(
            scenario.MeasureFrom >= TimeSpan.Zero && scenario.MeasureFrom < scenario.Duration, "measureFrom",
            "must be before the end of the scenario");
        Require(scenario.Seeds is >= 1 and <= MaxSeeds, "seeds", $"must be 1 to {MaxSeeds}");
        Require(scenario.Client.Count is >= 1 and <= MaxClients, "client.count", $"must be 1 to {MaxClients}");
        Require(
            LoadBalancers.IsKnown(scenario.Client.Balancer), "client.balancer",
            $"'{scenario.Client.Balancer}' is no balancer; there are {string.Join(", ", LoadBalancers.Names)}");
        CheckPolicy(scenario.Client);
        var traffic = scenario.Traffic;
        TrafficRules.Check(traffic);
        Require(traffic.IdempotentShare is >= 0 and <= 1, "traffic.idempotentShare", "must be between 0 and 1");
        Require(traffic.Load is > 0 and <= 100, "traffic.load", "must be above 0 and at most 100");
        Require(traffic.Rate is null or > 0, "traffic.rate", "must be above 0");
        var calls = TrafficRules.MostCalls(scenario);
        Require(calls <= MaxCalls, "traffic", $"asks for about {calls:0} calls; at most {MaxCalls:0} are simulated in a run");
        CheckHealth(scenario.Client);
        for (var i = 0; i < scenario.Faults.Length; i++) CheckFault(scenario, scenario.Faults[i], $"faults[{i}]");
    }

    private static void CheckPolicy(ClientModel client)
    {
        if (client.RingPoints is { } points)
        {
            Require(points is >= 1 and <= 10_000, "client.ringPoints", "must be 1 to 10000");
            Require(client.Balancer == "ring-hash" && client.Textbook is null, "client.ringPoints", "goes with balancer ring-hash");
        }

        if (client.Textbook is not { } textbook) return;
        Require(client.Probing is null, "client.textbook", "and client.probing are two policies; choose one");
        Require(textbook.Choices is >= 0 and <= 1000, "client.textbook.choices", "must be 0 for all instances, or up to 1000");
        Require(textbook.Refresh >= TimeSpan.Zero, "client.textbook.refresh", "must not be negative");
    }

    private static void CheckHealth(ClientModel client)
    {
        try
        {
            _ = client.Health.Agreeing();
        }
        catch (ArgumentException e)
        {
            throw new ScenarioException("client.health", e.Message);
        }
    }

    private static void CheckFault(Scenario scenario, Fault fault, string place)
    {
        Require(fault.At >= TimeSpan.Zero && fault.At <= scenario.Duration, $"{place}.at", "must be within the duration of the scenario");
        Require(fault.For is null || fault.For > TimeSpan.Zero, $"{place}.for", "must be longer than zero; leave it out for ever");
        switch (fault)
        {
            case SlowFault slow:
                Require(slow.Factor is > 0 and <= 1e6, $"{place}.factor", "must be above 0 and at most 1000000");
                break;
            case ErrorsFault errors:
                RequireShare(errors.Share, place);
                break;
            case RegistryErrorsFault { Share: var share }:
                RequireShare(share, place);
                break;
            case LostAnswersFault { Share: var share }:
                RequireShare(share, place);
                break;
            case LeaseRevokeFault { Share: var share }:
                RequireShare(share, place);
                break;
            case RegistrySlowFault slow:
                Require(slow.Delay > TimeSpan.Zero, $"{place}.delay", "must be longer than zero");
                break;
            case StaleReplicaFault stale:
                Require(stale.Lag > TimeSpan.Zero, $"{place}.lag", "must be longer than zero");
                break;
            case RegistryRestoreFault restore:
                Require(restore.Age > TimeSpan.Zero, $"{place}.age", "must be longer than zero");
                break;
            case WatchBreakFault watch:
                Require(watch.Every > TimeSpan.Zero, $"{place}.every", "must be longer than zero");
                break;
            case ScaleFault scale:
                Require(scale.To is >= 0 and <= MaxInstances, $"{place}.to", $"must be 0 to {MaxInstances}");
                break;
            case FlapFault flap:
                Require(flap.Down > TimeSpan.Zero && flap.Up > TimeSpan.Zero, place, "down and up must be longer than zero");
                CheckTarget(scenario, flap.Target, $"{place}.target");
                break;
            case BreakdownsFault breakdowns:
                Require(breakdowns.Up.MeanSeconds > 0, $"{place}.up", "must be longer than zero on average");
                CheckTarget(scenario, breakdowns.Target, $"{place}.target");
                break;
            case NoisyNeighboursFault neighbours:
                Require(neighbours.Takes >= 1, $"{place}.takes", "must be at least 1");
                Require(
                    neighbours.Busy > TimeSpan.Zero && neighbours.Idle > TimeSpan.Zero, place, "busy and idle must be longer than zero");
                CheckTarget(scenario, neighbours.Target, $"{place}.target");
                CheckWorkers(ServiceOf(scenario, neighbours.Target)!, neighbours.Takes, $"{place}.takes");
                break;
            case RollingDeployFault deploy:
                CheckTarget(scenario, deploy.Target, $"{place}.target");
                break;
            case PartitionFault partition:
                CheckSide(scenario, partition.From, $"{place}.from");
                CheckSide(scenario, partition.To, $"{place}.to");
                break;
        }

        if (fault is InstanceFault onInstances) CheckTarget(scenario, onInstances.Target, $"{place}.target");
    }

    private static void CheckSide(Scenario scenario, string side, string place)
    {
        try
        {
            if (PartitionFault.TargetOf(side) is { } target) CheckTarget(scenario, target, place);
        }
        catch (FormatException e)
        {
            throw new ScenarioException(place, $"{e.Message} Or clients, or registry.");
        }
    }

    // A target that can hit nobody would make a fault that never happens, and a check that cannot fail.
    private static void CheckTarget(Scenario scenario, Target target, string place)
    {
        var service = ServiceOf(scenario, target);
        Require(
            service is not null, place,
            $"there is no service '{target.Service}' behind '{scenario.Service.Name}'; for that one itself leave out 'of'");
        if (target.Zone is { } zone)
        {
            Require(
                service.Zones.Contains(zone, StringComparer.Ordinal), place,
                $"no instance is in zone '{zone}'; the zones are: {string.Join(", ", service.Zones)}");
        }

        var most = Math.Max(service.Instances, scenario.Faults.OfType<ScaleFault>().Select(static f => f.To).DefaultIfEmpty(0).Max());
        Require(
            target.Ids.IsEmpty || service.Ids == InstanceIds.Counted, place,
            "names instances, but their ids are drawn by the seed; use all, one, half or a share such as 40%");
        foreach (var id in target.Ids)
        {
            var isKnown = id.StartsWith($"{service.Name}-", StringComparison.Ordinal)
                && int.TryParse(id.AsSpan(service.Name.Length + 1), out var number) && number >= 1 && number <= most;
            Require(isKnown, place, $"there is no instance '{id}'; there are {service.Name}-1 to {service.Name}-{most}");
        }
    }

    private static ServiceModel? ServiceOf(Scenario scenario, Target target) =>
        target.Service is null ? scenario.Service : scenario.Behind.FirstOrDefault(s => s.Name == target.Service);

    // Taken where nobody needs one, or where none would be left, it would be another fault than the one that is asked for.
    private static void CheckWorkers(ServiceModel service, int takes, string place)
    {
        Require(service.Discipline != Discipline.Delay, place, "needs workers to take, and the discipline delay has none");
        Require(takes < service.Workers, place, $"must be less than the {service.Workers} workers of '{service.Name}': one stays");
    }

    private static void RequireShare(double share, string place) =>
        Require(share is > 0 and <= 1, $"{place}.share", "must be above 0 and at most 1");

    internal static void Require([DoesNotReturnIf(false)] bool isRight, string place, string rule)
    {
        if (!isRight) throw new ScenarioException(place, rule);
    }
}
