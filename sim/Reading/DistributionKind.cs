using System.Collections.Immutable;
using System.Text.Json.Nodes;
using HA.Core.Simulation.Distributions;

namespace HA.Core.Sim.Reading;

/// <summary>How long something takes: a plain duration, or a distribution by name.</summary>
internal sealed class DistributionKind : Kind<Distribution>
{
    internal static readonly DistributionKind Instance = new();

    private static Key<Parts> Mean { get; } = Duration("mean", static (p, v) => p with { Mean = v }, "The mean.");

    private static Key<Parts> Deviation { get; } = Duration("deviation", static (p, v) => p with { Deviation = v }, "The standard deviation, at most a third of the mean.");

    private static Key<Parts> Min { get; } = Duration("min", static (p, v) => p with { Min = v }, "The shortest time.");

    private static Key<Parts> Max { get; } = Duration("max", static (p, v) => p with { Max = v }, "The longest time.");

    private static Key<Parts> Median { get; } = Duration("median", static (p, v) => p with { Median = v }, "What half of them need at most.");

    private static Key<Parts> P99 { get; } = Duration("p99", static (p, v) => p with { P99 = v }, "What 99 % of them need at most.");

    private static Key<Parts> Common { get; } = Key<Parts>.Of(
        "common", Instance, static (p, v) => p with { Common = v }, "What it is most of the time.", isRequired: true);

    private static Key<Parts> Rare { get; } = Key<Parts>.Of(
        "rare", Instance, static (p, v) => p with { Rare = v }, "What it is otherwise.", isRequired: true);

    private static Key<Parts> RareShare { get; } = Number("rareShare", static (p, v) => p with { RareShare = v }, "How often, from 0 to 1.");

    private static Key<Parts> TailShape { get; } = Number("shape", static (p, v) => p with { Shape = v }, "The smaller, the heavier the tail; in practice 1 to 2.");

    private static Key<Parts> Scv { get; } = Number("scv", static (p, v) => p with { Scv = v }, "Variance over the square of the mean; 1 is exponential.");

    private static Key<Parts> Points { get; } = Key<Parts>.Of(
        "points", new ListKind<QuantilePoint>(new PointKind(), "[[0, 1ms], [1, 20ms]]"), static (p, v) => p with { Points = v },
        "Pairs of a quantile and a time, from 0 to 1, both rising.", isRequired: true);

    // Made when first used, because distributions are made of distributions.
    private static readonly Lazy<Variants<Distribution>> Named = new(static () => new Variants<Distribution>(
        "a distribution", "distribution",
        Of("constant", "Always the same.", static p => new Constant(p.Value), Value("The time.")),
        Of("exponential", "Time to the next of many independent events.", static p => new Exponential(p.Mean), Mean),
        Of("uniform", "Any time between two bounds, all alike.", static p => new Uniform(p.Min, p.Max), Min, Max),
        Of("normal", "A bell around a mean: the sum of many small delays.", static p => new Normal(p.Mean, p.Deviation), Mean, Deviation),
        Of("lognormal", "What latencies of real services look like.", static p => new Lognormal(p.Median, p.P99), Median, P99),
        Of("bimodal", "Mostly one time, now and then another: hits and misses of a cache, pauses.",
            static p => new Bimodal(p.Common, p.Rare, p.RareShare), Common, Rare, RareShare),
        Of("pareto", "A heavy tail between two bounds.", static p => new Pareto(p.Min, p.Max, p.Shape), Min, Max, TailShape),
        Of("hyperexponential", "More variable than exponential.", static p => new HyperExponential(p.Mean, p.Scv), Mean, Scv),
        Of("empirical", "Measured: straight lines between known quantiles.", static p => new Empirical(p.Points), Points)));

    internal override bool TryRead(Node node, string path, ReadContext context, out Distribution value)
    {
        if (node is not ScalarNode) return Named.Value.TryRead(node, path, context, out value);
        value = new Constant(TimeSpan.Zero);
        if (!Kinds.Duration.TryRead(node, path, context, out var time)) return false;
        value = new Constant(time);
        return true;
    }

    internal override JsonObject Schema() => new() { ["$ref"] = "#/$defs/distribution" };

    /// <summary>What the reference in <see cref="Schema"/> leads to.</summary>
    internal static JsonObject Definition()
    {
        var schema = Named.Value.Schema();
        schema["anyOf"]!.AsArray().Insert(0, Kinds.DurationSchema());
        return schema;
    }

    private static Variant<Distribution> Of(string word, string doc, Func<Parts, Distribution> build, params Key<Parts>[] keys) =>
        Variant<Distribution>.Of(word, doc, static () => new Parts(), build, keys);

    private static Key<Parts> Value(string doc) => Duration("value", static (p, v) => p with { Value = v }, doc);

    private static Key<Parts> Duration(string name, Func<Parts, TimeSpan, Parts> set, string doc) =>
        Key<Parts>.Of(name, Kinds.Duration, set, doc, isRequired: true);

    private static Key<Parts> Number(string name, Func<Parts, double, Parts> set, string doc) =>
        Key<Parts>.Of(name, Kinds.Number, set, doc, isRequired: true);

    private sealed record Parts
    {
        internal TimeSpan Value { get; init; }

        internal TimeSpan Mean { get; init; }

        internal TimeSpan Deviation { get; init; }

        internal TimeSpan Min { get; init; }

        internal TimeSpan Max { get; init; }

        internal TimeSpan Median { get; init; }

        internal TimeSpan P99 { get; init; }

        internal Distribution Common { get; init; } = new Constant(TimeSpan.Zero);

        internal Distribution Rare { get; init; } = new Constant(TimeSpan.Zero);

        internal double RareShare { get; init; }

        internal double Shape { get; init; }

        internal double Scv { get; init; }

        internal ImmutableArray<QuantilePoint> Points { get; init; } = [];
    }

    private sealed class PointKind : Kind<QuantilePoint>
    {
        internal override bool TryRead(Node node, string path, ReadContext context, out QuantilePoint value)
        {
            value = default;
            if (node is not ListNode { Items: [var first, var second] })
            {
                context.Problems.Add(node.Mark, $"{path} must be a pair such as [0.5, 10ms], not {node.Noun}");
                return false;
            }

            // Both are read, so that both are complained about.
            var hasQuantile = Kinds.Number.TryRead(first, $"{path}[0]", context, out var quantile);
            var hasTime = Kinds.Duration.TryRead(second, $"{path}[1]", context, out var time);
            value = new QuantilePoint(quantile, time);
            return hasQuantile && hasTime;
        }

        internal override JsonObject Schema() => new() { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2 };
    }
}
