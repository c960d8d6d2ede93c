using System.Collections.Immutable;
using HA.Core.Simulation.Reports;

namespace HA.Core.Sim.Verification;

/// <summary>An experiment that others published and that is not a single scenario: what it is called, and how it is done again.</summary>
internal sealed record PublishedModel(string Name, Func<ulong, ExperimentResult> Run)
{
    internal static PublishedModel[] All { get; } =
    [
        .. BackoffStrategy.All.Select(static s => new PublishedModel(BackoffContention.NameOf(s), seed => BackoffContention.Run(s, seed))),
        new(PrequalRamp.Name, PrequalRamp.Run),
        .. RetryBreaker.All.Select(static b => new PublishedModel(b.Name, b.Run)),
    ];

    /// <summary>What such an experiment came to.</summary>
    internal static ExperimentResult ResultOf(string name, string source, ulong seed, int seeds, long calls, params ImmutableArray<TheoryRow> rows) =>
        new(name, source, IsControl: false, seed, seeds, calls, 0, rows, [], $"dotnet run --project sim -- reproduce --only {name} --seed {seed}");

    /// <summary>A number that was published, and the mean of what each run came to.</summary>
    internal static TheoryRow Row(string metric, string expected, double published, double tolerance, double[] values, MetricUnit unit)
    {
        var (mean, half) = (values.Average(), ConfidenceInterval.HalfWidth(values, ConfidenceInterval.Miss));
        var verdict = Math.Abs(mean - published) > tolerance ? TheoryVerdict.Differs
            : half > tolerance ? TheoryVerdict.Inconclusive
            : TheoryVerdict.Match;
        return new TheoryRow(
            metric, expected, published, mean, half, published == 0 ? null : (mean - published) / published, tolerance, unit, verdict);
    }
}
