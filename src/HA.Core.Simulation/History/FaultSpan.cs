using HA.Core.Simulation.Faults;

namespace HA.Core.Simulation.History;

/// <summary>A fault on something, from one moment to another.</summary>
/// <param name="Fault">The fault; one that strikes several instances has a span for each.</param>
/// <param name="Target">What it struck.</param>
/// <param name="From">When it began, in ticks.</param>
internal sealed record FaultSpan(Fault Fault, string Target, long From)
{
    /// <summary>When it ended; null if it never did.</summary>
    internal long? To { get; set; }

    internal bool Covers(long at) => at >= From && (To is not { } to || at < to);
}

/// <summary>How long one client took to notice that an instance was bad, or good again.</summary>
/// <param name="Instance">Its id.</param>
/// <param name="IsUsable">Whether it was good again.</param>
/// <param name="Since">From when on, in ticks.</param>
/// <param name="Took">How long; null if it never noticed.</param>
internal sealed record Notice(string Instance, bool IsUsable, long Since, TimeSpan? Took);
