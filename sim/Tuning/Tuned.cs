using System.Collections.Immutable;
using System.Text.Json.Serialization;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Tuning;

/// <summary>One choice of settings, and what it came to.</summary>
/// <param name="Settings">Each <c>path=value</c> of what was searched.</param>
/// <param name="Targets">The value of each target's metric, mean over the seeds; null if a run has none.</param>
/// <param name="Meets">Whether every target holds of the means.</param>
/// <param name="MetIn">Of how many seeds every target holds by itself.</param>
/// <param name="Costs">What it costs, in the order of <see cref="TuningCosts"/>.</param>
/// <param name="IsBest">Whether no other choice is as good in every target and cost, and better in one.</param>
internal sealed record Tuned(
    ImmutableArray<string> Settings, ImmutableArray<double?> Targets, bool Meets, int MetIn, ImmutableArray<double?> Costs, bool IsBest)
{
    /// <summary>Targets and costs, turned so that less is better.</summary>
    [JsonIgnore]
    internal ImmutableArray<double> Objectives { get; init; } = [];

    /// <summary>Whether this is as good as another in everything, and better in something.</summary>
    internal bool Beats(Tuned other)
    {
        var better = false;
        for (var i = 0; i < Objectives.Length; i++)
        {
            if (Objectives[i] > other.Objectives[i]) return false;
            better |= Objectives[i] < other.Objectives[i];
        }

        return better;
    }
}

/// <summary>What a choice of settings costs, whatever the target: the time of the slow calls, and work for the service.</summary>
internal static class TuningCosts
{
    internal static IReadOnlyList<Metric> All { get; } = [Metrics.Find("p99"), Metrics.Find("attemptsPerCall")];
}
