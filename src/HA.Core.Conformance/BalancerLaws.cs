using HA.Core.Balancing;

namespace HA.Core.Conformance;

/// <summary>The sentences of the laws of <see cref="ILoadBalancer"/>, word for word as its documentation has them.</summary>
public static class BalancerLaws
{
    /// <summary>The sentences; law 1 is at index 0.</summary>
    public static IReadOnlyList<string> Sentences { get; } =
    [
        "A picker picks nobody outside Eligible of its snapshot.",
        "It answers null if and only if that is empty.",
        "It neither throws nor blocks nor allocates, whatever the call.",
        "Pickers, old ones too, may be asked by any number of threads while others are made.",
        "Every eligible endpoint is picked sooner or later, and endpoints that are alike get about the same.",
        "An endpoint's share of the calls is that of its weight, while all do equally well.",
    ];

    /// <summary>The sentence of a law.</summary>
    /// <param name="number">From 1.</param>
    public static string Sentence(int number) => Sentences[number - 1];
}
