using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>
/// Of two the one whose next call costs less: the formulas as they are written in the documentation, in floating point, over
/// what every call taught.
/// </summary>
/// <param name="random">The chance.</param>
/// <param name="countsFailures">Whether failures cost anything: failure-aware, or peak EWMA.</param>
internal sealed class CostModel(RandomStream random, bool countsFailures) : PolicyModel(random)
{
    // Logarithms of straight lines: together they may be off by so much.
    private const double Coarseness = 1.6;

    private static readonly TimeSpan LatencyTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DoubtTime = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Endpoint, Facts> _facts = new(ReferenceEqualityComparer.Instance);

    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.Length < 2) return endpoints;
        var mean = endpoints.Average(WeightOf);
        var (first, second) = DrawTwo(endpoints);
        var isSecond = AreAlike(endpoints)
            ? [IsLess(0, 1)]
            : new[] { IsLess(-1, 1), IsLess(0, 1) };
        if (Array.TrueForAll(isSecond, static x => x == true)) return [second];
        return Array.Exists(isSecond, static x => x == false) ? [first] : [first, second];

        // Null if it is too close to tell. Before the call (-1, a call of mean size counted for both) and after it.
        bool? IsLess(int before, double one)
        {
            var (a, b) = (Of(first), Of(second));
            double sizeOfA = mean / WeightOf(first), sizeOfB = mean / WeightOf(second);
            double loadOfA = first.InFlight * sizeOfA, loadOfB = second.InFlight * sizeOfB;
            if (a.IsNew && !b.IsNew) loadOfA = Math.Max(loadOfA, loadOfB);
            if (b.IsNew && !a.IsNew) loadOfB = Math.Max(loadOfA, loadOfB);
            var areKnown = a.IsNew == b.IsNew && a.Latency > 0 && b.Latency > 0;
            var costOfA = Cost(a, first, areKnown, context.Now) * (loadOfA + (before < 0 ? one : sizeOfA));
            var costOfB = Cost(b, second, areKnown, context.Now) * (loadOfB + (before < 0 ? one : sizeOfB));
            // Equal for the same reasons, and not by chance: then nothing was rounded differently.
            if (costOfA == costOfB && !areKnown) return false;
            if (Math.Max(costOfA, costOfB) < Coarseness * Math.Min(costOfA, costOfB)) return null;
            return costOfB < costOfA;
        }
    }

    internal override void Learn(Endpoint endpoint, in CallOutcome outcome)
    {
        var facts = Of(endpoint);
        double ticks = outcome.Latency.Ticks;
        if (outcome.Kind == OutcomeKind.Ignored)
        {
            if (facts.Latency > 0 && ticks > facts.Latency) (facts.Latency, facts.At) = (ticks, outcome.EndedAt);
            return;
        }

        if (outcome.Kind != OutcomeKind.Success)
        {
            facts.Share -= facts.Share * 0.02;
            facts.Failures++;
            facts.FailedAt = outcome.EndedAt;
            return;
        }

        facts.Share += (1 - facts.Share) * 0.02;
        facts.Failures = 0;
        if (facts.Successes == 0) facts.Latency = ticks;
        else if (facts.IsNew) facts.Latency = (facts.Latency + ticks) / 2;
        else if (ticks > facts.Latency) facts.Latency = ticks;
        else facts.Latency = ticks + ((facts.Latency - ticks) * Fading(Age(facts.At, outcome.EndedAt) / LatencyTime));
        facts.At = outcome.EndedAt;
        facts.Successes++;
    }

    private double Cost(Facts facts, Endpoint endpoint, bool areKnown, long now)
    {
        var cost = 1.0;
        if (areKnown)
        {
            cost = facts.Latency;
            if (endpoint.InFlight == 0) cost *= Math.Exp(-Age(facts.At, now) / LatencyTime);
            if (countsFailures) cost /= Math.Pow(Math.Max(facts.Share, 0.3), 2);
        }

        if (facts.IsNew && endpoint.InFlight >= Math.Pow(2, facts.Successes)) cost *= 64;
        if (!countsFailures || facts.Failures == 0) return cost;
        var doubt = (facts.Failures < 8 ? Math.Pow(2, (facts.Failures - 1) / 2.0) : Math.Pow(2, 10.5)) * Math.Exp(-Age(facts.FailedAt, now) / DoubtTime);
        return cost * Math.Max(1, doubt);
    }

    private static TimeSpan Age(long since, long now) => new(now - since);

    // What processors agree on in place of an exponential.
    private static double Fading(double age) => 1 / (1 + age + (age * age / 2));

    private Facts Of(Endpoint endpoint)
    {
        if (!_facts.TryGetValue(endpoint, out var facts)) _facts.Add(endpoint, facts = new Facts());
        return facts;
    }

    private sealed class Facts
    {
        internal double Latency;
        internal long At;
        internal double Share = 1;
        internal int Failures;
        internal long FailedAt;
        internal int Successes;

        internal bool IsNew => Successes < 8;
    }
}

/// <summary>Of two the one with less in flight, those of others included as far as they are known and fresh.</summary>
internal sealed class SharedLoadModel(RandomStream random) : PolicyModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.Length < 2) return endpoints;
        var (first, second) = DrawTwo(endpoints);
        double freshOfA = Freshness(first, context.Now), freshOfB = Freshness(second, context.Now);
        double othersOfA = first.Stats.OthersInFlight ?? 0, othersOfB = second.Stats.OthersInFlight ?? 0;
        // What is not known of the one is taken to be as with the other.
        var usual = freshOfA + freshOfB == 0 ? 0 : ((freshOfA * othersOfA) + (freshOfB * othersOfB)) / (freshOfA + freshOfB);
        var loadOfA = first.InFlight + (freshOfA * othersOfA) + ((1 - freshOfA) * usual);
        var loadOfB = second.InFlight + (freshOfB * othersOfB) + ((1 - freshOfB) * usual);
        double weightOfA = WeightOf(first), weightOfB = WeightOf(second);
        var before = (loadOfA / weightOfA) - (loadOfB / weightOfB);
        var after = ((loadOfA + 1) / weightOfA) - ((loadOfB + 1) / weightOfB);
        if (AreAlike(endpoints)) after = before;
        var least = Math.Min(before, after);
        // Sums in another order may differ in their last bits.
        return Math.Abs(least) < 1e-9 && least != 0 ? [first, second] : [least > 0 ? second : first];
    }

    private static double Freshness(Endpoint endpoint, long now)
    {
        if (endpoint.Facts.OthersAt == 0) return 0;
        var age = 4.0 * (now - endpoint.Facts.OthersAt) / Math.Max(1, endpoint.Facts.Latency);
        return 1 / (1 + age + (age * age / 2));
    }
}
