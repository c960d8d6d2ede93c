using System.Globalization;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Health;
using HA.Core.Registry;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Model;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>
/// Draws a system and a plan of faults from a seed. The plan is an ordinary scenario: it can be written to a file, changed
/// there, and run again.
/// </summary>
/// <remarks>
/// Swarm testing (Groce et al. 2012): each seed switches on a random half of the features and of the kinds of faults, because
/// a feature that is always on hides what only its absence shows. Load stays below what the instances that are left can
/// serve, and options are short, so that what must come right after the faults comes right soon.
/// </remarks>
public static class ScenarioGenerator
{
    /// <summary>How long calls go on in quiet, after everything should have come right.</summary>
    public static TimeSpan QuietTime { get; } = TimeSpan.FromSeconds(8);

    /// <summary>The scenario of a seed: always the same one.</summary>
    public static Scenario Generate(ulong seed)
    {
        var draw = new Draw(seed);
        var service = Service(draw);
        var scenario = new Scenario
        {
            Name = $"explored-{seed.ToString(CultureInfo.InvariantCulture)}",
            Title = "Drawn at random: whatever goes wrong, the checks hold, and calls succeed again afterwards.",
            Tags = ["explored"],
            Service = service,
            Traffic = Traffic(draw, service),
            Client = Client(draw),
            Network = new NetworkModel { Latency = Latency(draw) },
            Registry = Registry(draw),
        };
        var troubled = draw.Chance("hung while doubted by the patient", 0.04)
            ? IncidentDraw.HungWhileDoubtedByThePatient(draw, scenario)
            : scenario with { Faults = FaultDraw.All(draw, service, draw.Time("fault phase", 4000, 20000)) };
        var plan = WithQuiet(troubled);
        // What policies remember takes a minute to forget; few runs have the time to see that they do.
        return draw.Chance("long quiet", plan.Client.RemembersThePast ? 0.3 : 0.02)
            ? plan with { Duration = plan.Duration + ClientModel.TimeToForget }
            : plan;
    }

    /// <summary>The same scenario, as long as its faults, the time to come right after them, and <see cref="QuietTime"/>.</summary>
    public static Scenario WithQuiet(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var end = RunPlan.EndOfFaults(scenario) + RunPlan.SettleTime(scenario) + QuietTime;
        return scenario with { Duration = TimeSpan.FromSeconds(Math.Ceiling(end.TotalSeconds)) };
    }

    private static ServiceModel Service(Draw draw)
    {
        var isSmall = draw.Chance("few instances", 0.25);
        var mean = draw.Time("service time", 4, 20);
        return new ServiceModel
        {
            Instances = isSmall ? draw.Between("instances", 1, 2) : draw.Between("instances", 3, 9),
            Zones = draw.Chance("zones", 0.3) ? draw.Chance("three zones") ? ["a", "b", "c"] : ["a", "b"] : [],
            Weights = draw.Chance("weights", 0.2) ? [1, 2, 3] : [],
            Workers = draw.Between("workers", 1, 4),
            Queue = draw.Chance("short queue", 0.3) ? draw.Between("queue", 5, 50) : 1000,
            ServiceTime = draw.Between("kind of service time", 0, 3) switch
            {
                0 => new Constant(mean),
                1 => new Uniform(mean / 2, mean * 2),
                2 => new Lognormal(mean, mean * 4),
                _ => new Exponential(mean),
            },
            WarmUp = draw.Chance("warm-up", 0.2) ? draw.Time("warm-up time", 500, 4000) : TimeSpan.Zero,
            ColdFactor = draw.Between("cold factor", 2, 5),
        };
    }

    private static TrafficModel Traffic(Draw draw, ServiceModel service)
    {
        // A scale-in may leave half of the instances.
        var most = service.CapacityPerSecond * 0.3;
        return new TrafficModel
        {
            Rate = Math.Round(Math.Min(most, draw.Between("rate", 30, 150)), 1),
            Process = draw.Chance("paced", 0.3) ? ArrivalProcess.Paced : ArrivalProcess.Poisson,
            IdempotentShare = draw.Chance("not idempotent", 0.4) ? draw.Number("idempotent share", 0, 0.9) : 1,
        };
    }

    private static ClientModel Client(Draw draw) => new()
    {
        Count = draw.Chance("many clients", 0.5) ? draw.Between("clients", 2, 4) : 1,
        Balancer = draw.Chance("default balancer", 0.25) ? LoadBalancers.Default : draw.Of("balancer", [.. LoadBalancers.Names]),
        Seam = draw.Chance("http", 0.1) ? CallSeam.Http : CallSeam.Transport,
        ActiveChecks = draw.Chance("active checks"),
        Calls = Calls(draw),
        Health = Health(draw),
    };

    private static CallOptions Calls(Draw draw)
    {
        // The patient wait for longer than a probe may take.
        var isPatient = draw.Chance("patient", 0.15);
        var attempt = isPatient ? draw.Time("attempt timeout", 3000, 8000) : draw.Time("attempt timeout", 300, 1000);
        return new CallOptions
        {
            Deadline = attempt * (isPatient ? 2 : draw.Between("deadline in attempts", 2, 4)),
            AttemptTimeout = attempt,
            MaxAttempts = draw.Between("attempts", 2, 4),
            RetryShare = draw.Chance("small budget", 0.4) ? draw.Number("retry share", 0.02, 0.2) : 0.2,
            RetryReserve = draw.Chance("small reserve", 0.4) ? draw.Between("retry reserve", 1, 20) : 100,
            RetryBackoff = draw.Time("retry backoff", 5, 100),
            Hedging = draw.Chance("hedging", 0.2) ? new HedgingOptions { Share = draw.Number("hedged share", 0.02, 0.2) } : null,
            Throttle = draw.Chance("throttle", 0.3) ? new ThrottleOptions { Window = draw.Time("throttle window", 1000, 5000) } : null,
            Bulkhead = draw.Chance("bulkhead", 0.15) ? new BulkheadOptions { MaxInFlight = 500 } : null,
            Concurrency = draw.Chance("concurrency limit", 0.1) ? new ConcurrencyOptions { MinLimit = 10 } : null,
        };
    }

    private static HealthOptions Health(Draw draw)
    {
        var ejection = draw.Time("ejection time", 300, 2000);
        var check = draw.Time("check interval", 400, 2000);
        return new HealthOptions
        {
            FailureThreshold = draw.Between("failure threshold", 2, 6),
            LocalFailureThreshold = draw.Between("local failure threshold", 1, 4),
            FailureShare = draw.Chance("failure share") ? draw.Number("which failure share", 0.3, 0.9) : null,
            Window = draw.Time("window", 1000, 10000),
            Outliers = draw.Chance("outliers")
                ? new OutlierOptions
                {
                    MinCalls = draw.Between("outlier calls", 15, 50),
                    Interval = draw.Time("outlier interval", 1000, 5000),
                }
                : null,
            EjectionTime = ejection,
            MaxEjectionTime = ejection * draw.Between("ejections until the longest", 1, 4),
            MaxEjectedShare = draw.Chance("cap") ? draw.Number("cap on ejections", 0.1, 0.7) : 1,
            AllowOneEjection = draw.Chance("one may always go", 0.3),
            ProbePermits = draw.Chance("many probes", 0.3) ? draw.Between("probe permits", 2, 5) : 1,
            ProbeTimeout = draw.Time("probe timeout", 1000, 3000),
            ProbesToRestore = draw.Between("probes to restore", 1, 4),
            PanicThreshold = draw.Chance("panic", 0.7) ? draw.Number("panic threshold", 0.1, 0.6) : 0,
            CheckInterval = check,
            RecheckInterval = Whole(check / draw.Between("rechecks in an interval", 1, 4)),
            CheckTimeout = Whole(check / 2),
            Rise = draw.Between("rise", 1, 3),
            Fall = draw.Between("fall", 1, 3),
        };
    }

    private static RegistryModel Registry(Draw draw) => new()
    {
        TimeToLive = draw.Time("time to live", 3000, 9000),
        Watch = new CatalogWatcherOptions
        {
            MaxBackoff = draw.Time("watch backoff", 400, 2000),
            MaxRemovalShare = draw.Chance("removal share") ? draw.Number("which removal share", 0.2, 0.9) : 0.5,
            RemovalHoldTime = draw.Time("removal hold", 1000, 8000),
        },
    };

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Floor(time.TotalMilliseconds));

    private static Distribution Latency(Draw draw) => draw.Between("latency", 0, 3) switch
    {
        0 => new Uniform(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)),
        1 => new Exponential(TimeSpan.FromMilliseconds(2)),
        _ => new Constant(TimeSpan.FromMilliseconds(draw.Between("latency time", 1, 4))),
    };
}
