using System.Collections.Immutable;
using System.Text.Json.Serialization;
using HA.Core.Simulation.Exploration;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Output;

/// <summary>What exploring came to: a stable format.</summary>
/// <param name="FirstSeed">The first of the seeds, which follow one another.</param>
/// <param name="Seeds">How many were run.</param>
/// <param name="Perturbed">Whether ties were shuffled.</param>
/// <param name="WallSeconds">Real time without shrinking; like the next one different in each run.</param>
/// <param name="SeedsPerSecond">Seeds in a second.</param>
/// <param name="RareStates">In how many runs each occurred, and how often in all.</param>
/// <param name="NeverOccurred">The rare states of no run.</param>
/// <param name="Failures">What did not hold, in the order of seeds.</param>
internal sealed record ExplorationJson(
    ulong FirstSeed, int Seeds, bool Perturbed, double WallSeconds, double SeedsPerSecond,
    ImmutableArray<RareStateJson> RareStates, ImmutableArray<string> NeverOccurred, ImmutableArray<FindingJson> Failures);

/// <summary>A rare state.</summary>
internal sealed record RareStateJson(string State, int Runs, long Times);

/// <summary>A failure.</summary>
internal sealed record FindingJson(
    ulong Seed, string Check, string Law, string What, int FaultsFound, int Faults, int InstancesFound, int Instances, int Trials,
    ImmutableArray<string> Plan,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Scenario,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Test,
    string Replay);

/// <summary>Adds up in which rare states runs were.</summary>
internal sealed class Coverage
{
    /// <summary>Runs after which a state that never occurred is a hole in the search, not chance.</summary>
    internal const int EnoughRuns = 200;

    private static readonly RareState[] States = Enum.GetValues<RareState>();

    private readonly int[] _runs = new int[States.Length];
    private readonly long[] _times = new long[States.Length];

    internal int Runs { get; private set; }

    internal ImmutableArray<string> Missing => [.. States.Where(s => _runs[(int)s] == 0).Select(NameOf)];

    internal void Add(Trial trial)
    {
        Runs++;
        if (trial.Report is not { } report) return;
        for (var i = 0; i < States.Length; i++)
        {
            _times[i] += report.RareStates[i];
            if (report.RareStates[i] > 0) _runs[i]++;
        }
    }

    internal ImmutableArray<RareStateJson> ToJson() => [.. States.Select(s => new RareStateJson(NameOf(s), _runs[(int)s], _times[(int)s]))];

    private static string NameOf(RareState state) => char.ToLowerInvariant($"{state}"[0]) + $"{state}"[1..];
}
