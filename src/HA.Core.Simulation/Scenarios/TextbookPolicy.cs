namespace HA.Core.Simulation.Scenarios;

/// <summary>
/// The policy that papers about balancing are about: the instance with the fewest calls in flight of a few drawn at random.
/// </summary>
/// <remarks>
/// For experiments whose policy is not shipped. It runs in the shipped pool and client through the same contract as every
/// other policy, and knows the calls of its own client only.
/// </remarks>
public sealed record TextbookPolicy
{
    /// <summary>Instances that are drawn for each call, each of them from all; 0 for all instances.</summary>
    public int Choices { get; init; } = 2;

    /// <summary>Whether no instance is drawn twice for one call (without replacement).</summary>
    public bool Distinct { get; init; }

    /// <summary>
    /// How old the counts may be: they are read so often, all at once, just after each multiple of this since calls began to
    /// arrive. Zero for the counts of now.
    /// </summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.Zero;
}
