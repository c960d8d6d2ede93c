using HA.Core.Simulation.Faults;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>The phases of a run: set up, calls and faults, settle, judge.</summary>
internal static class RunPlan
{
    /// <summary>
    /// How long after the last fault every client should know the truth again: an expired registration, a held removal,
    /// the longest ejection, and the checks that undo it.
    /// </summary>
    internal static TimeSpan SettleTime(Scenario scenario)
    {
        var health = scenario.Client.Health;
        return scenario.Registry.TimeToLive + scenario.Registry.Watch.RemovalHoldTime + (health.MaxEjectionTime * 1.1)
            + health.UnhealthyCheckInterval + ((health.CheckInterval + health.CheckTimeout) * (health.Rise + 1))
            + scenario.Registry.Watch.MaxBackoff + scenario.Client.Calls.Deadline + TimeToHear(scenario);
    }

    /// <summary>
    /// A run that takes longer than this waits for something that will never come. A year, the limit of other simulations, is
    /// for ever where clients call all the time.
    /// </summary>
    internal static TimeSpan LongestRun(Scenario scenario)
    {
        var planned = scenario.Duration + EndOfFaults(scenario) + SettleTime(scenario);
        return (3 * planned) + TimeSpan.FromMinutes(5);
    }

    // A watch that fell silent is left after a while, and the one that follows it may not answer at first.
    private static TimeSpan TimeToHear(Scenario scenario) =>
        scenario.Faults.Any(static f => f is RegistryFault or PartitionFault or HangFault)
            ? VirtualWatch.Liveness + scenario.Registry.Watch.FirstAnswerTimeout
            : TimeSpan.Zero;

    private static int Most(Scenario scenario) =>
        scenario.Faults.OfType<ScaleFault>().Select(static f => f.To).Append(scenario.Service.Instances).Max();

    /// <summary>When the last fault is over, as far as the plan can tell: a deploy and a departure take what time they take.</summary>
    internal static TimeSpan EndOfFaults(Scenario scenario) => scenario.Faults
        .Select(f => f.At + (f.For ?? f switch
        {
            ScaleFault scale => scale.Drain + scenario.Client.Calls.Deadline,
            RollingDeployFault deploy => (deploy.Drain + deploy.Down + scenario.Client.Calls.Deadline) * Most(scenario),
            _ => TimeSpan.Zero,
        }))
        .DefaultIfEmpty().Max();

    /// <summary>Whether everything that went wrong has been put right.</summary>
    internal static bool IsHealed(World world) => world.Scenario.Faults.All(static f => f.For is not null || f.EndsByItself);
}
