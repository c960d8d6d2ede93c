namespace HA.Core.Bench.Gates;

/// <summary>A promise that is a number: a ratio measured in one process that must not exceed a limit.</summary>
/// <param name="Name">What is promised.</param>
/// <param name="Limit">The most that it may be.</param>
/// <param name="Measure">One round: the ratio of candidate to control, each measured right after the other.</param>
internal sealed record Gate(string Name, double Limit, Func<double> Measure);

/// <summary>What a gate came to.</summary>
internal sealed record GateResult(string Name, double Ratio, double Limit, bool Held);
