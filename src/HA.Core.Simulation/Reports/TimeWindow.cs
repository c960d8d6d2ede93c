using System.Collections.Immutable;

namespace HA.Core.Simulation.Reports;

/// <summary>A stretch of time, counted from when calls begin to arrive.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end, which does not belong to it.</param>
public readonly record struct TimeWindow(TimeSpan From, TimeSpan To);

/// <summary>What became of the calls that began in a stretch of time.</summary>
/// <param name="Window">The stretch.</param>
/// <param name="Calls">Those that began in it.</param>
/// <param name="Succeeded">Those of them that got a good answer.</param>
public sealed record WindowReport(TimeWindow Window, long Calls, long Succeeded)
{
    /// <summary>Attempts that were sent in it to each service, in the order of <see cref="RunReport.Tiers"/>.</summary>
    public ImmutableArray<long> AttemptsByTier { get; init; } = [];
}

/// <summary>What one service got.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Attempts">Attempts that were sent to it.</param>
public sealed record TierReport(string Service, long Attempts);
