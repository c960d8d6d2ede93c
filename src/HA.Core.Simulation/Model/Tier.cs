using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Model;

/// <summary>A service of the run: the one that clients call, or one behind it.</summary>
/// <param name="service">What it is like.</param>
/// <param name="depth">0 for the one that clients call, 1 for the one that its instances call, and so on.</param>
internal sealed class Tier(ServiceModel service, int depth)
{
    internal ServiceModel Service { get; } = service;

    internal int Depth { get; } = depth;

    /// <summary>The one that its instances call; null if it is the last.</summary>
    internal Tier? Behind { get; set; }

    /// <summary>Every instance that ever was, in the order of their birth.</summary>
    internal List<InstanceProcess> Instances { get; } = [];

    /// <summary>Attempts that were sent to it.</summary>
    internal long Attempts { get; set; }
}
