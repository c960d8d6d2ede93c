using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Balancing.Models;

internal sealed class RandomModel(RandomStream random) : PolicyModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.IsEmpty) return [];
        return [AreAlike(endpoints) ? endpoints[Random.Next(endpoints.Length)] : DrawByWeight(endpoints)];
    }
}

/// <summary>One after the other; relaxed, in blocks of 64 that each begin where a shared counter says, the first of them anywhere.</summary>
internal sealed class RoundRobinModel : PolicyModel
{
    private readonly bool _isRelaxed;
    private uint _counter;
    private bool _hasBegun;
    private int _left;
    private uint _turn;

    internal RoundRobinModel(RandomStream random, bool isRelaxed) : base(random)
    {
        _isRelaxed = isRelaxed;
        _counter = (uint)random.NextUInt64();
    }

    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.IsEmpty) return [];
        if (!_isRelaxed) _turn = ++_counter;
        else if (_left-- > 0) _turn++;
        else Begin();
        return [endpoints[(int)(_turn % endpoints.Length)]];
    }

    private void Begin()
    {
        var start = ++_counter * 64;
        var offset = _hasBegun ? 0 : start / 64 * 2654435769u >> 26;
        (_turn, _left, _hasBegun) = (start + offset, 63 - (int)offset, true);
    }
}

/// <summary>Each slot goes to whoever has begun a turn that must end soonest.</summary>
internal sealed class WeightedRoundRobinModel : PolicyModel
{
    private uint _turn;

    internal WeightedRoundRobinModel(RandomStream random) : base(random) => _turn = (uint)random.NextUInt64();

    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.IsEmpty) return [];
        var turn = ++_turn;
        if (AreAlike(endpoints)) return [endpoints[(int)(turn % endpoints.Length)]];
        var weights = endpoints.Select(WeightOf).ToArray();
        var divisor = weights.Aggregate(Divisor);
        weights = [.. weights.Select(w => w / divisor)];
        // Of several that must end at the same slot any may be next, so the schedule is followed, not foretold.
        var schedule = WeightedSchedule.Create(weights);
        Follow(schedule, weights);
        return [endpoints[schedule[turn % schedule.Length]]];
    }

    internal static void Follow(int[] schedule, int[] weights)
    {
        var cycle = weights.Sum();
        Assert.Equal(cycle, schedule.Length);
        var turns = new int[weights.Length];
        for (var slot = 0; slot < cycle; slot++)
        {
            var begun = Enumerable.Range(0, weights.Length)
                .Where(i => turns[i] < weights[i] && (long)turns[i] * cycle / weights[i] <= slot).ToArray();
            var soonest = begun.Min(i => Deadline(i));
            Assert.Equal(soonest, Deadline(schedule[slot]));
            Assert.Contains(schedule[slot], begun);
            turns[schedule[slot]]++;
        }

        long Deadline(int item) => (((turns[item] + 1L) * cycle) + weights[item] - 1) / weights[item];
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}

/// <summary>The least in flight for its weight.</summary>
internal sealed class LeastRequestsModel(RandomStream random) : PolicyModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.IsEmpty) return [];
        if (!AreAlike(endpoints)) return [Better(Least(endpoints), DrawByWeight(endpoints))];
        if (endpoints[0].Place.Row is null) return [Least(endpoints)];
        // Counted side by side: one draw, if any, among the least in the order of their places.
        var least = endpoints.Where(e => e.InFlight == endpoints.Min(static x => x.InFlight)).OrderBy(static e => e.Place.Index).ToArray();
        return [least[least.Length < 2 ? 0 : Random.Next(least.Length)]];
    }

    // Draws whenever it meets as good a one as the best so far.
    private Endpoint Least(IReadOnlyList<Endpoint> endpoints)
    {
        var (least, ties) = (endpoints[0], 1);
        foreach (var endpoint in endpoints.Skip(1))
        {
            if (After(endpoint) > After(least)) continue;
            ties = After(endpoint) < After(least) ? 1 : ties + 1;
            if (ties == 1 || Random.Next(ties) == 0) least = endpoint;
        }

        return least;
    }

    private static Endpoint Better(Endpoint best, Endpoint drawn) => Now(best) < Now(drawn) ? best : drawn;

    private static decimal After(Endpoint endpoint) => decimal.Divide(endpoint.InFlight + 1, WeightOf(endpoint));

    private static decimal Now(Endpoint endpoint) => decimal.Divide(endpoint.InFlight, WeightOf(endpoint));
}

/// <summary>Of two the one with less in flight for its weight, both before the call and after it.</summary>
internal sealed class TwoChoicesModel(RandomStream random) : PolicyModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var endpoints = snapshot.Eligible;
        if (endpoints.Length < 2) return endpoints;
        var (first, second) = DrawTwo(endpoints);
        return [LoadOf(second, 0) < LoadOf(first, 0) && LoadOf(second, 1) < LoadOf(first, 1) ? second : first];
    }

    private static decimal LoadOf(Endpoint endpoint, int more) => decimal.Divide(endpoint.InFlight + more, WeightOf(endpoint));
}
