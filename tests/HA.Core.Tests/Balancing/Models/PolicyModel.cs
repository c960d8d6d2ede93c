using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>A policy in obvious code: it looks at everybody at every pick, and remembers nothing that it could reckon anew.</summary>
/// <param name="random">Says the same as what the shipped policy was given, so that both draw alike.</param>
internal abstract class PolicyModel(RandomStream random)
{
    protected RandomStream Random { get; } = random;

    /// <summary>Whom the policy may pick: one, or two where its logarithms may round either way; nobody if nobody is eligible.</summary>
    internal abstract IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context);

    /// <summary>A call taught something.</summary>
    internal virtual void Learn(Endpoint endpoint, in CallOutcome outcome)
    {
    }

    protected static int WeightOf(Endpoint endpoint) => Math.Max(1, endpoint.Instance.Weight);

    protected static bool AreAlike(IEnumerable<Endpoint> endpoints) => endpoints.Select(WeightOf).Distinct().Count() < 2;

    /// <summary>Two different ones of the list: the second of those that are left.</summary>
    protected (Endpoint First, Endpoint Second) DrawTwo(IReadOnlyList<Endpoint> endpoints)
    {
        if (!AreAlike(endpoints)) return DrawTwoByWeight(endpoints);
        var bits = Random.NextUInt64();
        var first = endpoints[(int)((bits >> 32) * (ulong)endpoints.Count / (1ul << 32))];
        var left = endpoints.Where(e => e != first).ToList();
        return (first, left[(int)((bits & uint.MaxValue) * (ulong)left.Count / (1ul << 32))]);
    }

    // The alias table is held to its weights by tests of its own.
    protected Endpoint DrawByWeight(IReadOnlyList<Endpoint> endpoints) =>
        endpoints[(int)new AliasTable([.. endpoints.Select(WeightOf)]).Draw(Random)];

    private (Endpoint First, Endpoint Second) DrawTwoByWeight(IReadOnlyList<Endpoint> endpoints)
    {
        var first = DrawByWeight(endpoints);
        var second = DrawByWeight(endpoints);
        if (second == first) second = DrawByWeight(endpoints);
        if (second != first) return (first, second);
        var left = endpoints.Where(e => e != first).ToList();
        return (first, left[Random.Next(left.Count)]);
    }
}
