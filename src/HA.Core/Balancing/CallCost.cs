using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>Picks by what the next call would cost, as a logarithm: factors are added, and time fades by subtracting.</summary>
internal static class CallCost
{
    /// <summary>Beyond what it is trusted with, a new endpoint seems this much worse: avoided, and not out of reach.</summary>
    private const long Mistrust = 6 * LogScale.Octave;

    internal static IEndpointPicker CreatePicker(RandomStream random, EndpointSnapshot snapshot, bool countsFailures)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        if (endpoints.Length < 2) return new Only(endpoints);
        var clock = endpoints[0].Clock;
        if (Weights.Unequal(snapshot, endpoints) is { } weights)
            return new WeightedPicker(random, endpoints, weights, clock, countsFailures);
        return countsFailures ? new Picker(random, endpoints, clock) : new LatencyPicker(random, endpoints, clock);
    }

    /// <summary>The logarithm of what a call would cost at an endpoint now, in ticks of latency; null of one that is new.</summary>
    internal static long? Of(Endpoint endpoint, long now, bool countsFailures)
    {
        var inFlight = endpoint.InFlight;
        ref readonly var facts = ref endpoint.Facts;
        if (IsNew(facts) || facts.Latency <= 0) return null;
        var faded = endpoint.Clock.Faded(now);
        var cost = (countsFailures ? facts.Cost : facts.LatencyCost) + Aging(facts, inFlight, faded) + LogScale.Of(inFlight + 1);
        if (countsFailures) cost += DoubtOf(facts, now, endpoint.Clock);
        return cost;
    }

    // A latency fades only for whoever has no call: it is tried with one, and what that one brings counts. So all that have
    // calls are compared as they were measured, and whoever has none by how long ago that was. Without a branch: which of
    // them it is cannot be predicted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Aging(in EndpointFacts facts, int inFlight, long fadedNow) =>
        (facts.Faded - fadedNow) & ((inFlight - 1) >> 31);

    /// <summary>What a call would cost at each of two endpoints, but for the calls in flight there.</summary>
    private static (long A, long B) Compare(
        in EndpointFacts a, in EndpointFacts b, int inFlightOfA, int inFlightOfB, long now, EndpointClock clock, bool countsFailures)
    {
        long costA = 0, costB = 0;
        // Who is new is taken for as good as who is not: it has to get calls to be judged by, and gets only few at a time.
        if (IsNew(a) == IsNew(b) && a.Latency > 0 && b.Latency > 0)
        {
            var faded = clock.Faded(now);
            costA = (countsFailures ? a.Cost : a.LatencyCost) + Aging(a, inFlightOfA, faded);
            costB = (countsFailures ? b.Cost : b.LatencyCost) + Aging(b, inFlightOfB, faded);
        }

        costA += MistrustOf(a, inFlightOfA);
        costB += MistrustOf(b, inFlightOfB);
        if (!countsFailures) return (costA, costB);
        return (costA + DoubtOf(a, now, clock), costB + DoubtOf(b, now, clock));
    }

    // A newcomer is idle while the others are not, and would get more than its share: it counts as no less busy than whoever
    // it is compared with.
    private static (float A, float B) Level(in EndpointFacts a, in EndpointFacts b, float loadOfA, float loadOfB) =>
        IsNew(a) == IsNew(b) ? (loadOfA, loadOfB)
        : IsNew(a) ? (Math.Max(loadOfA, loadOfB), loadOfB)
        : (loadOfA, Math.Max(loadOfA, loadOfB));

    private static bool IsNew(in EndpointFacts facts) => facts.Successes < Endpoint.SuccessesToTrust;

    private static long MistrustOf(in EndpointFacts facts, int inFlight) =>
        IsNew(facts) && inFlight >= 1 << facts.Successes ? Mistrust : 0;

    private static long DoubtOf(in EndpointFacts facts, long now, EndpointClock clock) =>
        facts.FailuresForgottenAt > now ? clock.Doubt(facts.FailuresForgottenAt - now) : 0;

    private sealed class Only(Endpoint[] endpoints) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context) => endpoints.Length == 0 ? null : endpoints[0];
    }

    private sealed class Picker(RandomStream random, Endpoint[] endpoints, EndpointClock clock) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var now = context.Now == 0 ? clock.Time.GetTimestamp() : context.Now;
            TwoChoices.Draw(random, endpoints.Length, out var first, out var second);
            var all = endpoints;
            Endpoint one = all[first], other = all[second];
            int inFlightOfA = one.InFlight, inFlightOfB = other.InFlight;
            ref readonly var a = ref one.Facts;
            ref readonly var b = ref other.Facts;
            long costA = a.MarkedCost, costB = b.MarkedCost;
            // Both at once: either is below zero if a closer look is needed.
            if ((costA | costB) < 0) return all[LookCloser(one, other, inFlightOfA, inFlightOfB, now, first, second)];
            var faded = clock.Faded(now);
            costA += Aging(a, inFlightOfA, faded) + LogScale.Of(inFlightOfA + 1);
            costB += Aging(b, inFlightOfB, faded) + LogScale.Of(inFlightOfB + 1);
            return all[TwoChoices.Less(costA, costB, first, second)];
        }

        // Apart, so that what it needs is not kept for it by every pick.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private uint LookCloser(Endpoint one, Endpoint other, int inFlightOfA, int inFlightOfB, long now, uint first, uint second)
        {
            ref readonly var a = ref one.Facts;
            ref readonly var b = ref other.Facts;
            var (costA, costB) = Compare(a, b, inFlightOfA, inFlightOfB, now, clock, countsFailures: true);
            var (loadOfA, loadOfB) = Level(a, b, inFlightOfA, inFlightOfB);
            return TwoChoices.Less(costA + LogScale.Of(loadOfA + 1), costB + LogScale.Of(loadOfB + 1), first, second);
        }
    }

    private sealed class LatencyPicker(RandomStream random, Endpoint[] endpoints, EndpointClock clock) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            var now = context.Now == 0 ? clock.Time.GetTimestamp() : context.Now;
            TwoChoices.Draw(random, endpoints.Length, out var first, out var second);
            Endpoint one = endpoints[first], other = endpoints[second];
            int a = one.InFlight, b = other.InFlight;
            var (costA, costB) = Compare(one.Facts, other.Facts, a, b, now, clock, countsFailures: false);
            var (loadOfA, loadOfB) = Level(one.Facts, other.Facts, a, b);
            return costB + LogScale.Of(loadOfB + 1) < costA + LogScale.Of(loadOfA + 1) ? other : one;
        }
    }

    private sealed class WeightedPicker(
        RandomStream random, Endpoint[] endpoints, int[] weights, EndpointClock clock, bool countsFailures) : IEndpointPicker
    {
        private readonly AliasTable _draw = new(weights);
        // What one call is to this endpoint, if it is 1 to one of mean weight.
        private readonly float[] _loadOfOne = LoadOfOne(weights);

        public Endpoint? Pick(in PickContext context)
        {
            var now = context.Now == 0 ? clock.Time.GetTimestamp() : context.Now;
            TwoChoices.Draw(random, _draw, endpoints.Length, out var first, out var second);
            Endpoint one = endpoints[first], other = endpoints[second];
            int a = one.InFlight, b = other.InFlight;
            var (costA, costB) = Compare(one.Facts, other.Facts, a, b, now, clock, countsFailures);
            // The draw is by weight, so it stands unless the other is better for its weight both with the calls that are there
            // and with the one to come: the first alone favours small endpoints, the second large ones.
            float oneOfA = _loadOfOne[first], oneOfB = _loadOfOne[second];
            var (loadOfA, loadOfB) = Level(one.Facts, other.Facts, a * oneOfA, b * oneOfB);
            var isBetterNow = costB + LogScale.Of(1 + loadOfB) < costA + LogScale.Of(1 + loadOfA);
            var isBetterThen = costB + LogScale.Of(loadOfB + oneOfB) < costA + LogScale.Of(loadOfA + oneOfA);
            return isBetterNow && isBetterThen ? other : one;
        }

        private static float[] LoadOfOne(int[] weights)
        {
            var mean = weights.Sum(static w => (double)Math.Max(1, w)) / weights.Length;
            return Array.ConvertAll(weights, w => (float)(mean / Math.Max(1, w)));
        }
    }
}
