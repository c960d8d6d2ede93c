using System.Collections.Immutable;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>
/// Draws faults that belong together, as in reports of real incidents: what one does depends on what the other did just
/// before, which faults drawn apart rarely meet.
/// </summary>
internal static class IncidentDraw
{
    private static readonly Func<Draw, ServiceModel, TimeSpan, ImmutableArray<Fault>>[] Incidents =
        [RestoredFromBeforeARestart, LongApart, HungWhileDoubted];

    internal static ImmutableArray<Fault> One(Draw draw, ServiceModel service, TimeSpan phase) =>
        draw.Of("incident", Incidents)(draw, service, phase);

    /// <summary>
    /// A process starts, its registration is done and the answer lost; it is told to stop while it still waits for that, when the
    /// registry is well again.
    /// </summary>
    internal static ImmutableArray<Fault> UnansweredStart(Draw draw, ServiceModel service, TimeSpan phase)
    {
        var target = Somebody(draw, service);
        var crash = new CrashFault { At = At(draw, phase), For = draw.Time("incident down", 200, 2000), Target = target };
        var start = crash.At + crash.For.Value;
        var soon = TimeSpan.FromMilliseconds(20);
        var lost = draw.Time("incident lost", 50, 300);
        return
        [
            crash,
            new LostAnswersFault { At = start - soon, For = soon + lost },
            new RestartLoopFault
            {
                At = start + lost + draw.Time("incident after", 20, 500), For = TimeSpan.FromSeconds(1), Target = target,
                Down = TimeSpan.FromSeconds(1), Up = TimeSpan.FromSeconds(1),
            },
        ];
    }

    /// <summary>
    /// An instance is ejected for errors and hangs when it is tried again, and its callers wait for longer than a probe may take.
    /// </summary>
    internal static Scenario HungWhileDoubtedByThePatient(Draw draw, Scenario scenario)
    {
        var (client, health) = (scenario.Client, scenario.Client.Health);
        var service = scenario.Service with { Instances = Math.Max(3, scenario.Service.Instances) };
        var attempt = health.ProbeTimeout + TimeSpan.FromSeconds(5);
        return scenario with
        {
            Service = service,
            Traffic = scenario.Traffic with { Rate = Math.Round(Math.Min(150, service.CapacityPerSecond * 0.3), 1) },
            Client = client with
            {
                Count = 1,
                ActiveChecks = false,
                Balancer = draw.Of("patient balancer", "random", "round-robin", "weighted-round-robin", "maglev"),
                Calls = client.Calls with { AttemptTimeout = attempt, Deadline = attempt * 2, Hedging = null, Concurrency = null },
                Health = health with { MaxEjectedShare = 1 },
            },
            Faults = HungWhileDoubted(draw, service, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(15)),
        };
    }

    // The backup remembers the predecessor of a process that lives.
    private static ImmutableArray<Fault> RestoredFromBeforeARestart(Draw draw, ServiceModel service, TimeSpan phase)
    {
        var crash = new CrashFault { At = At(draw, phase), For = draw.Time("incident down", 200, 2000), Target = Somebody(draw, service) };
        var since = crash.For.Value + draw.Time("incident up", 500, 4000);
        var age = since + draw.Time("incident age", 100, 2000);
        return [crash, new RegistryRestoreFault { At = crash.At + since, Age = age }];
    }

    // Longer than any registration lives, and after all else, again and again: whoever comes back has to begin anew, in the middle
    // of whatever he waits for, and in time.
    private static ImmutableArray<Fault> LongApart(Draw draw, ServiceModel service, TimeSpan phase)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        var at = phase;
        for (var i = 0; i < 3; i++)
        {
            var apart = draw.Time($"incident {i} for", 9500, 13_000);
            at += draw.Time($"incident {i} after", 4000, 6000);
            faults.Add(new PartitionFault { At = at, For = apart, From = "all", To = "registry" });
            at += apart;
        }

        return faults.ToImmutable();
    }

    // Its errors eject it; when it is tried again it does not answer at all.
    private static ImmutableArray<Fault> HungWhileDoubted(Draw draw, ServiceModel service, TimeSpan phase) =>
        HungWhileDoubted(draw, service, phase, draw.Time("incident hang", 3000, 8000));

    private static ImmutableArray<Fault> HungWhileDoubted(Draw draw, ServiceModel service, TimeSpan phase, TimeSpan length)
    {
        var target = Somebody(draw, service);
        var errors = new ErrorsFault { At = At(draw, phase), For = draw.Time("incident for", 2000, 5000), Target = target, Fast = true };
        var hang = new HangFault { At = errors.At + draw.Time("incident after", 300, 1500), For = length };
        return [errors, hang with { Target = target }];
    }

    private static TimeSpan At(Draw draw, TimeSpan phase) => draw.Time("incident at", 500, (int)phase.TotalMilliseconds - 1000);

    private static Target Somebody(Draw draw, ServiceModel service) =>
        Target.Parse($"{service.Name}-{draw.Between("incident target", 1, service.Instances)}");
}
