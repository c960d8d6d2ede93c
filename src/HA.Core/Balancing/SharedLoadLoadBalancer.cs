using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Draws two different endpoints at random, by weight, and takes the one with fewer calls in flight, those of other clients
/// included as far as the endpoint has told of them.
/// </summary>
/// <remarks>
/// A client among many sees only its own calls, and two choices are then little better than one. An endpoint that adds its
/// load to every answer (<see cref="Endpoint.ReportLoad"/>) tells of the others. What it said grows old fast: little is left
/// of it after a quarter of its peak latency, for what it speaks of is over by then. Endpoints that never tell are judged by
/// the own calls alone.
/// </remarks>
public sealed class SharedLoadLoadBalancer : ILoadBalancer
{
    private readonly RandomStream _random;

    /// <summary>Creates the policy.</summary>
    public SharedLoadLoadBalancer(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!;
        return new Picker(_random, endpoints, Weights.Unequal(snapshot, endpoints));
    }

    private sealed class Picker(RandomStream random, Endpoint[] endpoints, int[]? weights) : IEndpointPicker
    {
        private readonly AliasTable? _draw = weights is null ? null : new AliasTable(weights);
        private readonly EndpointClock _clock = endpoints.Length == 0 ? EndpointClock.System : endpoints[0].Clock;

        public Endpoint? Pick(in PickContext context)
        {
            if (endpoints.Length < 2) return endpoints.Length == 0 ? null : endpoints[0];
            uint first, second;
            if (_draw is null) TwoChoices.Draw(random, endpoints.Length, out first, out second);
            else TwoChoices.Draw(random, _draw, endpoints.Length, out first, out second);
            var now = context.Now == 0 ? _clock.Time.GetTimestamp() : context.Now;
            Endpoint a = endpoints[first], b = endpoints[second];
            var (loadOfA, loadOfB) = LoadOf(a, b, now);
            if (weights is null) return loadOfB < loadOfA ? b : a;
            double weightOfA = Math.Max(1, weights[first]), weightOfB = Math.Max(1, weights[second]);
            var isBetter = loadOfB * weightOfA < loadOfA * weightOfB && (loadOfB + 1) * weightOfA < (loadOfA + 1) * weightOfB;
            return isBetter ? b : a;
        }

        // What is not known, or no longer, of the one is taken to be as the other's: old news must not look like no load.
        private (double A, double B) LoadOf(Endpoint a, Endpoint b, long now)
        {
            double freshnessOfA = FreshnessOf(a.Facts, now), freshnessOfB = FreshnessOf(b.Facts, now);
            double othersOfA = a.Facts.OthersInFlight, othersOfB = b.Facts.OthersInFlight;
            var known = freshnessOfA + freshnessOfB;
            var usual = known > 0 ? ((freshnessOfA * othersOfA) + (freshnessOfB * othersOfB)) / known : 0;
            return (
                a.InFlight + usual + (freshnessOfA * (othersOfA - usual)),
                b.InFlight + usual + (freshnessOfB * (othersOfB - usual)));
        }

        private double FreshnessOf(in EndpointFacts facts, long now)
        {
            if (facts.OthersAt == 0) return 0;
            var age = Math.Max(0, now - facts.OthersAt) * _clock.TicksPerTimestamp * 4 / Math.Max(1, facts.Latency);
            return 1 / (1 + age + (age * age / 2));
        }
    }
}
