using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>Draws a group by its share, and anybody in it at random.</summary>
internal abstract class GroupModel(RandomStream random) : PolicyModel(random)
{
    protected Endpoint Anybody(IReadOnlyList<Endpoint> endpoints) =>
        AreAlike(endpoints) ? endpoints[Random.Next(endpoints.Count)] : DrawByWeight(endpoints);

    protected Endpoint DrawGroup(IReadOnlyList<(Endpoint[] Members, int Share)> groups)
    {
        var drawn = groups[(int)new AliasTable([.. groups.Select(static g => g.Share)]).Draw(Random)].Members;
        return Anybody(drawn.Length > 0 ? drawn : groups.First(static g => g.Members.Length > 0).Members);
    }
}

/// <summary>Each priority takes what it can carry of what is left, 1.4 % for each percent that is fit.</summary>
internal sealed class PriorityModel(RandomStream random) : GroupModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        if (snapshot.Eligible.IsEmpty) return [];
        var groups = snapshot.All.GroupBy(PriorityOf).OrderBy(static g => g.Key).ToArray();
        var fit = Array.ConvertAll(groups, g => g.Where(e => snapshot.Eligible.Contains(e)).ToArray());
        var carries = groups.Select((g, i) => Math.Min(100, 100 * fit[i].Length / g.Count() * 140 / 100)).ToArray();
        var all = Math.Min(100, carries.Sum());
        var loads = new int[groups.Length];
        for (var i = 0; i < loads.Length; i++)
            loads[i] = Math.Min(100 - loads.Sum(), (int)Math.Round(100m * carries[i] / all, MidpointRounding.AwayFromZero));
        loads[Array.FindIndex(carries, static c => c > 0)] += 100 - loads.Sum();
        return [DrawGroup([.. fit.Zip(loads)])];
    }

    private static string PriorityOf(Endpoint endpoint) => endpoint.Instance.Metadata[PriorityLoadBalancer.MetadataKey];
}

/// <summary>Stays at home as far as that is fair, and spreads the rest over the zones that have room, by how much they have.</summary>
internal sealed class ZoneModel(RandomStream random, string own, string clients) : GroupModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        var eligible = snapshot.Eligible;
        if (eligible.IsEmpty) return [];
        if (eligible.Length < 6) return [Anybody(eligible)];
        var zones = eligible.GroupBy(static e => e.Instance.Zone!).OrderBy(static g => g.Key, StringComparer.Ordinal).ToArray();
        var home = Array.Find(zones, g => g.Key == own)?.ToArray() ?? [];
        double atHome = home.Length / (double)eligible.Length, clientsAtHome = OfClients(own);
        if (atHome >= clientsAtHome) return [Anybody(home)];
        var room = zones.Where(g => Room(g) > 0).ToArray();
        var elsewhere = room.Select(g => (g.ToArray(), Cut((1 - (atHome / clientsAtHome)) * Room(g) / room.Sum(Room))));
        return [DrawGroup(home.Length == 0 ? [.. elsewhere] : [(home, Cut(atHome / clientsAtHome)), .. elsewhere])];

        double Room(IGrouping<string, Endpoint> zone) => (zone.Count() / (double)eligible.Length) - OfClients(zone.Key);

        static int Cut(double share) => (int)Math.Max(1, share * (1 << 20));
    }

    private double OfClients(string zone) => clients.Count(c => $"{c}" == zone) / (double)clients.Length;
}

/// <summary>The endpoints of an arc, measured bit by bit; one at its edge is used for the part that is inside.</summary>
internal sealed class SubsetModel(RandomStream random, int rank, int clients, int size) : GroupModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        if (snapshot.Eligible.IsEmpty) return [];
        var parts = Parts(snapshot.All.Length);
        var eligible = snapshot.Eligible.Where(e => parts[snapshot.All.IndexOf(e)] > 0).ToArray();
        if (eligible.Length == 0) return [Anybody(snapshot.Eligible)];
        var picked = Anybody(eligible);
        for (var draws = 1; draws < 4 && !IsKept(parts[snapshot.All.IndexOf(picked)]); draws++) picked = Anybody(eligible);
        return [picked];
    }

    // Of a circle of so many bits for each endpoint as there are clients.
    internal double[] Parts(int endpoints)
    {
        var parts = new double[endpoints];
        if (size >= endpoints)
        {
            Array.Fill(parts, 1);
            return parts;
        }

        var steps = Math.Min(clients, (int)Math.Ceiling(size * clients / (double)endpoints));
        for (var bit = rank * endpoints; bit < (rank + steps) * endpoints; bit++) parts[bit / clients % endpoints] += 1.0 / clients;
        // What is whole is whole, whatever its bits add up to.
        return Array.ConvertAll(parts, static p => p > 1 - 1e-9 ? 1 : p);
    }

    private bool IsKept(double part) => part >= 1 || Random.NextDouble() < part;
}

/// <summary>Whoever the key names, else anybody.</summary>
internal sealed class StickyModel(RandomStream random) : GroupModel(random)
{
    internal override IReadOnlyList<Endpoint> Pick(EndpointSnapshot snapshot, PickContext context)
    {
        if (snapshot.Eligible.IsEmpty) return [];
        var named = snapshot.Eligible.FirstOrDefault(e => HashKey.Of(e.Instance.Id) == context.HashKey);
        return [context.Attempt == 0 && named is not null ? named : Anybody(snapshot.Eligible)];
    }
}
