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
            + scenario.Registry.Watch.MaxBackoff + scenario.Client.Calls.Deadline;
    }

    /// <summary>Whether everything that went wrong has been put right.</summary>
    internal static bool IsHealed(World world) => world.Scenario.Faults.All(static f => f.For is not null || f.EndsByItself);
}
