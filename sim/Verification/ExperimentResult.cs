using System.Collections.Immutable;
using System.Text.Json.Serialization;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>What a comparison with theory came to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TheoryVerdict>))]
internal enum TheoryVerdict
{
    /// <summary>Within the tolerance.</summary>
    [JsonStringEnumMemberName("match")]
    Match,

    /// <summary>Outside.</summary>
    [JsonStringEnumMemberName("differs")]
    Differs,

    /// <summary>Within it, but the runs differ so much among each other that this means nothing.</summary>
    [JsonStringEnumMemberName("inconclusive")]
    Inconclusive,

    /// <summary>A control whose wrong value was found wrong.</summary>
    [JsonStringEnumMemberName("failsRightly")]
    FailsRightly,

    /// <summary>A control whose wrong value passed: the suite cannot be trusted.</summary>
    [JsonStringEnumMemberName("holdsWrongly")]
    HoldsWrongly,
}

/// <summary>One known value and what was measured.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Expected">As it stands in the scenario.</param>
/// <param name="Theory">The known value; times in milliseconds.</param>
/// <param name="Measured">What was measured; null if the runs have no such value.</param>
/// <param name="HalfWidth">Half of the 95 % interval of it, from the runs' differences; null of one run.</param>
/// <param name="Error">(measured - theory) / theory.</param>
/// <param name="Tolerance">The largest difference that passes, in the unit of the value.</param>
/// <param name="Unit">Unit of the metric.</param>
/// <param name="Verdict">What it came to.</param>
internal sealed record TheoryRow(
    string Metric, string Expected, double Theory, double? Measured, double? HalfWidth, double? Error, double Tolerance,
    [property: JsonIgnore] MetricUnit Unit, TheoryVerdict Verdict)
{
    [JsonIgnore]
    internal bool IsRight => Verdict is TheoryVerdict.Match or TheoryVerdict.FailsRightly;
}

/// <summary>What an experiment came to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">Where its known values come from; empty if that is not said.</param>
/// <param name="IsControl">Whether it had to fail.</param>
/// <param name="FirstSeed">The first of its seeds.</param>
/// <param name="Seeds">How many.</param>
/// <param name="Calls">Calls of all runs that were measured.</param>
/// <param name="Seconds">Real time of all runs, one after the other.</param>
/// <param name="Values">Each known value.</param>
/// <param name="Broken">What else had to hold in each run, and did not.</param>
/// <param name="Replay">Shows the first run again.</param>
internal sealed record ExperimentResult(
    string Name, string Source, bool IsControl, ulong FirstSeed, int Seeds, long Calls, double Seconds, ImmutableArray<TheoryRow> Values,
    ImmutableArray<string> Broken, string Replay)
{
    [JsonIgnore]
    internal bool IsRight => Broken.IsEmpty && Values.All(static v => v.IsRight);
}

/// <summary>All of them: a stable format, as docs/reference/theory.md describes it.</summary>
internal sealed record TheoryJson(ulong Seed, bool IsQuick, double WallSeconds, string Verdict, ImmutableArray<ExperimentResult> Experiments);
