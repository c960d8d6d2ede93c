using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>The members in the order of a key; a call goes to the first, or after so many attempts the next, that may have it.</summary>
/// <param name="random">For calls without a key.</param>
/// <param name="maxLoad">So many times the mean, rounded up, is the most that anybody may have; null for no bound.</param>
internal abstract class HashModel(RandomStream random, double? maxLoad) : PolicyModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var eligible = snapshot.Eligible;
        if (eligible.IsEmpty) return [];
        var hash = context.HashKey == 0 ? Random.NextUInt64() : HashKey.Of(context.HashKey, 0);
        var perWeight = maxLoad * (eligible.Sum(static e => e.InFlight) + 1) / eligible.Sum(WeightOf);
        var order = Order(snapshot, hash).Where(e => eligible.Contains(e) && HasRoom(e)).ToArray();
        if (context.Attempt < order.Length) return [order[context.Attempt]];
        // More attempts than members: any that has room, or anybody.
        var start = Random.Next(eligible.Length);
        var around = eligible.Skip(start).Concat(eligible.Take(start)).ToArray();
        return [Array.Find(around, HasRoom) ?? around[0]];

        bool HasRoom(Endpoint endpoint) => perWeight is not { } bound || endpoint.InFlight + 1 <= Math.Ceiling(bound * WeightOf(endpoint));
    }

    /// <summary>All members, nearest first.</summary>
    protected abstract IEnumerable<Endpoint> Order(EndpointSnapshot snapshot, ulong hash);

    protected static ulong NameOf(Endpoint endpoint) => HashKey.Of(endpoint.Instance.Id);
}

/// <summary>By the distance, clockwise, to the nearest of a member's points.</summary>
internal sealed class RingModel(RandomStream random, double? maxLoad = null) : HashModel(random, maxLoad)
{
    protected override IEnumerable<Endpoint> Order(EndpointSnapshot snapshot, ulong hash)
    {
        var total = snapshot.All.Sum(WeightOf);
        return snapshot.All.OrderBy(e => Points(e, WeightOf(e) * 160 * snapshot.All.Length / total).Min(point => unchecked(point - hash)));
    }

    private static IEnumerable<ulong> Points(Endpoint endpoint, int count) =>
        Enumerable.Range(1, Math.Max(1, count)).Select(i => HashKey.Of(NameOf(endpoint), (ulong)i));
}

/// <summary>By the score of each for the key.</summary>
internal sealed class RendezvousModel(RandomStream random, double? maxLoad = null) : HashModel(random, maxLoad)
{
    protected override IEnumerable<Endpoint> Order(EndpointSnapshot snapshot, ulong hash) => snapshot.All.OrderByDescending(e =>
        -WeightOf(e) / Math.Log(((HashKey.Of(hash, NameOf(e)) >> 11) + 0.5) / Math.Pow(2, 53)));
}

/// <summary>Along a table that members fill in turn, each from a list of all places in an order of its own.</summary>
internal sealed class MaglevModel(RandomStream random, double? maxLoad = null) : HashModel(random, maxLoad)
{
    private const int Places = 65_537;

    private (string Members, Endpoint[] Table) _made = ("", []);

    protected override IEnumerable<Endpoint> Order(EndpointSnapshot snapshot, ulong hash)
    {
        var members = string.Join(' ', snapshot.All.Select(static e => e.Instance.Weight));
        // It is made of nothing else; a table for every pick would take minutes.
        if (_made.Members != members) _made = (members, Fill(snapshot));
        var place = (int)((UInt128)hash * Places >> 64);
        return Enumerable.Range(0, Places).Select(i => _made.Table[(place + i) % Places]).Distinct().Take(snapshot.All.Length);
    }

    private static Endpoint[] Fill(EndpointSnapshot snapshot)
    {
        var wishes = snapshot.All.ToDictionary(static e => e, Wishes, (IEqualityComparer<Endpoint>)ReferenceEqualityComparer.Instance);
        var due = snapshot.All.ToDictionary(static e => e, static _ => 0, (IEqualityComparer<Endpoint>)ReferenceEqualityComparer.Instance);
        var largest = snapshot.All.Max(WeightOf);
        var table = new Endpoint?[Places];
        while (Array.Exists(table, static e => e is null))
        {
            foreach (var member in snapshot.All)
            {
                // A turn for each time that its weight has added up to the largest.
                if ((due[member] += WeightOf(member)) < largest) continue;
                due[member] -= largest;
                while (wishes[member].TryDequeue(out var place))
                {
                    if (table[place] is not null) continue;
                    table[place] = member;
                    break;
                }
            }
        }

        return [.. table.Select(static e => e!)];
    }

    private static Queue<int> Wishes(Endpoint endpoint)
    {
        var first = (long)(HashKey.Of(NameOf(endpoint), 1) % Places);
        var step = (long)(HashKey.Of(NameOf(endpoint), 2) % (Places - 1)) + 1;
        return new Queue<int>(Enumerable.Range(0, Places).Select(i => (int)((first + (i * step)) % Places)));
    }
}
