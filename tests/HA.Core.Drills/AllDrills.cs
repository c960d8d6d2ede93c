using HA.Core.Drills.Running;

namespace HA.Core.Drills;

/// <summary>All drills.</summary>
public static class AllDrills
{
    /// <summary>In the order in which they run.</summary>
    public static IReadOnlyList<Drill> List { get; } =
    [
        .. ReRegistrationDrill.All, new ConvergenceDrill(), new StaticStabilityDrill(), new NoZombieDrill(), new TwoOwnersDrill(), new LeaderLossDrill(),
    ];
}
