namespace HA.Core.Bench.Gates;

/// <summary>A promise that is a number: a ratio measured in one process that must not exceed a limit.</summary>
/// <param name="Name">What is promised.</param>
/// <param name="Limit">The most that it may be.</param>
/// <param name="Measure">One round: the ratio of candidate to control, each measured right after the other.</param>
/// <param name="IsJudged">False for what is only shown: what it compares with differs between processors.</param>
internal sealed record Gate(string Name, double Limit, Func<double> Measure, bool IsJudged = true);

/// <summary>What a gate came to; <see cref="Held"/> is null if it is only shown.</summary>
internal sealed record GateResult(string Name, double Ratio, double Limit, bool? Held);
