using System.Collections.Immutable;
using HA.Core.Simulation.Distributions;
using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Exploration;

/// <summary>Draws what goes wrong. Every fault ends before the plan does, so that what follows can be judged.</summary>
internal static class FaultDraw
{
    private const int MostFaults = 6;

    private static readonly (string Kind, Func<Draw, string, Plan, Fault> Make)[] Kinds =
    [
        ("crash", static (d, w, p) => new CrashFault { Target = Target(d, w, p) }),
        ("hang", static (d, w, p) => new HangFault { Target = Target(d, w, p) }),
        ("slow", static (d, w, p) => new SlowFault { Target = Target(d, w, p), Factor = d.Between($"{w} factor", 2, 40) }),
        ("errors", static (d, w, p) => new ErrorsFault
        {
            Target = Target(d, w, p), Share = ErrorShare(d, w), Fast = d.Chance($"{w} fast"),
        }),
        ("lying-checks", static (d, w, p) => new LyingChecksFault { Target = Target(d, w, p) }),
        ("flap", static (d, w, p) => new FlapFault
        {
            Target = Target(d, w, p), Down = d.Time($"{w} down", 200, 3000), Up = d.Time($"{w} up", 200, 3000),
        }),
        ("restart-loop", static (d, w, p) => new RestartLoopFault
        {
            Target = Target(d, w, p), Down = d.Time($"{w} down", 100, 2000), Up = d.Time($"{w} up", 50, 2000),
        }),
        ("breakdowns", static (d, w, p) => new BreakdownsFault
        {
            Target = Target(d, w, p), Up = new Exponential(d.Time($"{w} up", 200, 5000)),
            Down = new Exponential(d.Time($"{w} down", 50, 500)),
        }),
        ("rolling-deploy", static (d, w, p) => new RollingDeployFault
        {
            Target = Target(d, w, p), Drain = d.Time($"{w} drain", 200, 1500), Down = d.Time($"{w} down", 200, 1500),
        }),
        ("scale", static (d, w, p) => new ScaleFault
        {
            To = d.Between($"{w} to", Math.Max(1, p.Instances / 2), p.Instances * 2), Drain = d.Time($"{w} drain", 200, 2000),
        }),
        ("partition", Partition),
        ("registry-outage", static (_, _, _) => new RegistryOutageFault()),
        ("registry-empty", static (_, _, _) => new RegistryEmptyFault()),
        ("registry-freeze", static (_, _, _) => new RegistryFreezeFault()),
        ("registry-slow", static (d, w, _) => new RegistrySlowFault { Delay = d.Time($"{w} delay", 50, 2000) }),
        ("registry-errors", static (d, w, _) => new RegistryErrorsFault { Share = d.Number($"{w} share", 0.1, 1) }),
        ("lost-answers", static (d, w, _) => new LostAnswersFault { Share = d.Number($"{w} share", 0.1, 1) }),
        ("leader-loss", static (_, _, _) => new LeaderLossFault()),
        ("stale-replica", static (d, w, _) => new StaleReplicaFault { Lag = d.Time($"{w} lag", 200, 5000) }),
        ("watch-stall", static (_, _, _) => new WatchStallFault()),
        ("watch-break", static (d, w, _) => new WatchBreakFault { Every = d.Time($"{w} every", 200, 3000) }),
        ("watch-mute", static (_, _, _) => new WatchMuteFault()),
        ("registry-wipe", static (_, _, _) => new RegistryWipeFault()),
        ("registry-restore", static (d, w, _) => new RegistryRestoreFault { Age = d.Time($"{w} age", 500, 10000) }),
        ("lease-revoke", static (d, w, _) => new LeaseRevokeFault { Share = d.Number($"{w} share", 0.2, 1) }),
    ];

    /// <summary>Draws the faults of a plan, in the order in which they begin.</summary>
    /// <param name="draw">Chance.</param>
    /// <param name="service">Whom they may strike.</param>
    /// <param name="phase">When all of them are over, but for those that take their own time.</param>
    internal static ImmutableArray<Fault> All(Draw draw, ServiceModel service, TimeSpan phase)
    {
        var plan = new Plan(service.Instances, service.Zones);
        var kinds = draw.Half("kinds of fault", Kinds);
        // A seed in twenty is left in peace: what is wrong then is wrong always.
        if (kinds.IsEmpty || draw.Chance("no fault", 0.05)) return [];
        var count = draw.Between("faults", 1, MostFaults);
        var faults = new List<Fault>();
        for (var i = 0; i < count; i++)
        {
            var fault = One(draw, $"fault {i}", kinds, plan, phase);
            // Troubles come in company: some begin while an earlier one acts.
            if (i > 0 && faults[i - 1] is { For: { } length } earlier && draw.Chance($"fault {i} in company", 0.3))
            {
                var most = Math.Min(1000, (int)length.TotalMilliseconds);
                fault = fault with { At = earlier.At + draw.Time($"fault {i} after", 0, most) };
            }

            faults.Add(fault);
        }

        if (draw.Chance("an incident", 0.2)) faults.AddRange(IncidentDraw.One(draw, service, phase));
        // Drawn apart from the kinds above, whose number every other plan hangs on.
        if (draw.Chance("an unanswered start", 0.04)) faults.AddRange(IncidentDraw.UnansweredStart(draw, service, phase));
        if (service.Workers > 1 && draw.Chance("noisy neighbours", 0.1)) faults.Add(Neighbours(draw, service.Workers, plan, phase));
        return [.. faults.OrderBy(static f => f.At)];
    }

    // A few errors, many, or nothing else.
    private static double ErrorShare(Draw draw, string what) =>
        draw.Chance($"{what} all") ? 1
        : draw.Chance($"{what} few", 0.3) ? draw.Number($"{what} share", 0.01, 0.1)
        : draw.Number($"{what} share", 0.05, 0.95);

    private static Fault One(
        Draw draw, string what, ImmutableArray<(string Kind, Func<Draw, string, Plan, Fault> Make)> kinds, Plan plan, TimeSpan phase)
    {
        var made = kinds[draw.Between($"{what} kind", 0, kinds.Length - 1)].Make(draw, what, plan);
        // One that was there from the beginning leaves nothing good to remember.
        var isEarly = draw.Chance($"{what} is early", 0.15);
        var at = draw.Time($"{what} at", 0, isEarly ? 500 : (int)phase.TotalMilliseconds - 1000);
        var most = (int)(phase - at).TotalMilliseconds;
        // Short ones find races, long ones find what runs out.
        var length = isEarly ? draw.Time($"{what} for", most / 2, most)
            : draw.Chance($"{what} is short")
            ? draw.Time($"{what} for", 100, Math.Min(3000, most))
            : draw.Time($"{what} for", 100, most);
        return made is RollingDeployFault or ScaleFault or RegistryWipeFault or RegistryRestoreFault or LeaseRevokeFault
            ? made with { At = at }
            : made with { At = at, For = length };
    }

    private static Target Target(Draw draw, string what, Plan plan) => draw.Between($"{what} target", 0, 9) switch
    {
        <= 3 => Scenarios.Target.One,
        4 or 5 => Scenarios.Target.All,
        6 => Scenarios.Target.Parse("half"),
        7 when !plan.Zones.IsEmpty => Scenarios.Target.Parse($"zone:{plan.Zones[draw.Between($"{what} zone", 0, plan.Zones.Length - 1)]}"),
        _ => Scenarios.Target.Parse($"{draw.Between($"{what} percent", 10, 90)}%"),
    };

    private static NoisyNeighboursFault Neighbours(Draw draw, int workers, Plan plan, TimeSpan phase)
    {
        var at = draw.Time("neighbours at", 0, (int)phase.TotalMilliseconds / 2);
        return new NoisyNeighboursFault
        {
            At = at,
            For = draw.Time("neighbours for", 1000, (int)(phase - at).TotalMilliseconds),
            Target = Target(draw, "neighbours", plan),
            Takes = workers - 1,
            Busy = draw.Time("neighbours busy", 200, 4000),
            Idle = draw.Time("neighbours idle", 200, 4000),
        };
    }

    private static PartitionFault Partition(Draw draw, string what, Plan plan)
    {
        var instances = Target(draw, what, plan).Text;
        var (from, to) = draw.Between($"{what} sides", 0, 3) switch
        {
            0 => ("clients", instances),
            1 => (instances, "clients"),
            2 => ("clients", "registry"),
            _ => (instances, "registry"),
        };
        return new PartitionFault { From = from, To = to, BothWays = draw.Chance($"{what} both ways") };
    }

    private sealed record Plan(int Instances, ImmutableArray<string> Zones);
}
