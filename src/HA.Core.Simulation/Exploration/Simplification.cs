using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Registry;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>Ways to make a scenario simpler. Each answers the scenario itself, or null for a fault, when it has nothing to do.</summary>
internal static class Simplification
{
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Leaves out one feature each.</summary>
    internal static IReadOnlyList<Func<Scenario, Scenario>> OfSystem { get; } =
    [
        Service(static m => m with { Zones = [] }),
        Service(static m => m with { Weights = [] }),
        Service(static m => m with { WarmUp = TimeSpan.Zero, ColdFactor = 5 }),
        Service(static m => m with { Queue = 1000 }),
        Service(static m => m with { Workers = 4 }),
        Service(static m => m.ServiceTime is Constant ? m : m with { ServiceTime = new Constant(TimeSpan.FromMilliseconds(10)) }),
        static s => s.Network.Latency is Constant ? s : s with { Network = new NetworkModel() },
        static s => s with { Traffic = s.Traffic with { IdempotentShare = 1, Process = ArrivalProcess.Poisson } },
        Client(static m => m with { Count = 1 }),
        Client(static m => m with { Seam = CallSeam.Transport }),
        Client(static m => m with { ActiveChecks = false }),
        Client(static m => m with { Balancer = LoadBalancers.Default }),
        Calls(static m => m with { Hedging = null }),
        Calls(static m => m with { Throttle = null }),
        Calls(static m => m with { Bulkhead = null }),
        Calls(static m => m with { Concurrency = null }),
        Calls(static m => m with { RetryShare = 0.2, RetryReserve = 100, RetryBackoff = new CallOptions().RetryBackoff }),
        Calls(static m => m with { MaxAttempts = 3 }),
        Health(static m => m with { Outliers = new OutlierOptions() }),
        Health(static m => m with { FailureShare = 0.5, Window = HealthDefaults.Window }),
        Health(static m => m with { MaxEjectedShare = 1, AllowOneEjection = false }),
        Health(static m => m with { PanicThreshold = HealthDefaults.PanicThreshold }),
        Health(static m => m with { ProbePermits = 1, ProbesToRestore = 3, ProbeTimeout = HealthDefaults.ProbeTimeout }),
        Health(static m => m with
        {
            FailureThreshold = HealthDefaults.FailureThreshold,
            LocalFailureThreshold = HealthDefaults.LocalFailureThreshold,
        }),
        Health(static m => new HealthOptions { EjectionTime = m.EjectionTime, MaxEjectionTime = m.MaxEjectionTime }),
        static s => s with { Registry = s.Registry with { Watch = s.Registry.Watch with { MaxRemovalShare = 0.5 } } },
        static s => s with { Registry = s.Registry with { Watch = new CatalogWatcherOptions() } },
    ];

    /// <summary>Makes a fault hit fewer, last shorter, begin sooner, do less.</summary>
    internal static IReadOnlyList<Func<Fault, Fault?>> OfFault { get; } =
    [
        static f => f switch
        {
            InstanceFault fault when fault.Target.Text != "one" => fault with { Target = Target.One },
            FlapFault fault when fault.Target.Text != "one" => fault with { Target = Target.One },
            RollingDeployFault fault when fault.Target.Text != "one" => fault with { Target = Target.One },
            RestartLoopFault fault when fault.Target.Text != "one" => fault with { Target = Target.One },
            ErrorsFault { Fast: true } fault => fault with { Fast = false },
            PartitionFault { BothWays: false } fault => fault with { BothWays = true },
            _ => null,
        },
        static f => f.For is { } length && Half(length) is { } half ? f with { For = half } : null,
        static f => Half(f.At) is { } half ? f with { At = half } : null,
    ];

    /// <summary>The same with fewer instances, the fewest first.</summary>
    internal static IEnumerable<Scenario> FewerInstances(Scenario scenario)
    {
        for (var count = 1; count < scenario.Service.Instances; count += count < 5 ? 1 : count / 2)
            yield return scenario with { Service = scenario.Service with { Instances = count } };
    }

    internal static Scenario HalfTheRate(Scenario scenario) => scenario.Traffic.Rate is > 10 and { } rate
        ? scenario with { Traffic = scenario.Traffic with { Rate = Math.Ceiling(rate / 2) } }
        : scenario;

    /// <summary>The same without its quiet, or half as long.</summary>
    internal static Scenario Shorter(Scenario scenario)
    {
        var least = scenario.Faults.Select(static f => f.At + (f.For ?? TimeSpan.Zero)).DefaultIfEmpty().Max() + TimeSpan.FromSeconds(1);
        var half = TimeSpan.FromSeconds(Math.Ceiling(scenario.Duration.TotalSeconds / 2));
        var shorter = half > least ? half : least;
        return shorter < scenario.Duration ? scenario with { Duration = shorter } : scenario;
    }

    private static TimeSpan? Half(TimeSpan time) =>
        time > LeastTime ? TimeSpan.FromMilliseconds(Math.Floor(time.TotalMilliseconds / 2)) : null;

    private static Func<Scenario, Scenario> Service(Func<ServiceModel, ServiceModel> change) => s => s with { Service = change(s.Service) };

    private static Func<Scenario, Scenario> Client(Func<ClientModel, ClientModel> change) => s => s with { Client = change(s.Client) };

    private static Func<Scenario, Scenario> Calls(Func<CallOptions, CallOptions> change) =>
        Client(m => m with { Calls = change(m.Calls) });

    private static Func<Scenario, Scenario> Health(Func<HealthOptions, HealthOptions> change) =>
        Client(m => m with { Health = change(m.Health) });
}
