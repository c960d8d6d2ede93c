using HA.Core.Simulation.Scenarios;
using HA.Core.Simulation.Statistics;

namespace HA.Core.Simulation.History;

/// <summary>A run over time, in columns: its size does not depend on how many calls there were.</summary>
internal sealed class RunHistory(Scenario scenario, Columns columns)
{
    internal Scenario Scenario { get; } = scenario;

    internal Columns Columns { get; } = columns;

    internal CallColumns Calls { get; } = new(columns.CoarseCount);

    internal List<InstanceHistory> Instances { get; } = [];

    /// <summary>Instances beyond those that are kept.</summary>
    internal int Unkept { get; set; }

    internal List<FaultSpan> Faults { get; } = [];

    internal List<Notice> Notices { get; } = [];

    /// <summary>How long calls took that began while some fault lasted; without those that the client refused, which took none.</summary>
    internal LatencyHistogram InFaults { get; } = new();

    /// <summary>How long the others took.</summary>
    internal LatencyHistogram OutsideFaults { get; } = new();
}
