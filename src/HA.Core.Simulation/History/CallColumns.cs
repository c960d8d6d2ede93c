using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.History;

/// <summary>What became of calls, by the coarse column in which they began; and of attempts, likewise.</summary>
internal sealed class CallColumns(int columns)
{
    /// <summary>Calls that succeeded at their first attempt.</summary>
    internal int[] AtOnce { get; } = new int[columns];

    /// <summary>Calls that succeeded after more than one attempt.</summary>
    internal int[] AfterRetry { get; } = new int[columns];

    /// <summary>Calls that the client itself refused to send.</summary>
    internal int[] Refused { get; } = new int[columns];

    /// <summary>Other calls that failed.</summary>
    internal int[] Failed { get; } = new int[columns];

    /// <summary>First attempts of calls.</summary>
    internal int[] FirstAttempts { get; } = new int[columns];

    /// <summary>Attempts beyond the first, hedges among them.</summary>
    internal int[] MoreAttempts { get; } = new int[columns];

    /// <summary>How long calls took that were not refused; null for a column in which none began.</summary>
    internal LatencyHistogram?[] Latencies { get; } = new LatencyHistogram?[columns];

    internal void Ended(int column, bool isSuccess, bool isRefused, bool isRetried, long ticks)
    {
        if (!isRefused) (Latencies[column] ??= new LatencyHistogram()).Record(ticks);
        var counts = isSuccess ? isRetried ? AfterRetry : AtOnce : isRefused ? Refused : Failed;
        counts[column]++;
    }
}
