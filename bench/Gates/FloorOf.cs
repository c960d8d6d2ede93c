using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>The floor of each policy that has one, over a fleet like the one that the policy is measured with.</summary>
internal static class FloorOf
{
    private const int TablePlaces = 65_537;

    internal static Action<int> Atomic(int n) => Floor.Loop(new AtomicTurnFloor(Endpoints(n)));

    internal static Action<int> Schedule(int n)
    {
        // As long as the schedule of weights 1 + i % 10, in an order that does not matter.
        var endpoints = Endpoints(n);
        return Floor.Loop(new AtomicTurnFloor([.. Weights(n).SelectMany((w, i) => Enumerable.Repeat(endpoints[i], w))]));
    }

    internal static Action<int> Blocks(int n) => Floor.Loop(new BlockTurnFloor(Endpoints(n)));

    internal static Action<int> TwoCounts(int n) => Floor.Loop(new TwoCountsFloor(Endpoints(n), Loads(n)));

    internal static Action<int> TwoCells(int n) => Floor.Loop(new TwoCellsFloor(Cells(n)));

    internal static Action<int> Lease(int n) => Floor.Loop(new LeaseFloor(Cells(n)));

    internal static Action<int> Least(int n) => Floor.Loop(new LeastFloor(Endpoints(n), Loads(n)));

    internal static Action<int> Alias(int n) => Floor.Loop(new AliasFloor(Endpoints(n), AliasFloor.Columns(Weights(n))));

    internal static Action<int> Table(int n) => Floor.Loop(TableOf(n));

    internal static Action<int> TextTable(int n) => Floor.Loop(new TextTableFloor(TableOf(n), PickGates.TextKey));

    /// <summary>That floors do their duty: a share of each endpoint that is not what it should be is an error.</summary>
    internal static void Check()
    {
        const int N = 10, Picks = 200_000;
        var endpoints = Endpoints(N);
        int[] loads = Loads(N), weights = Weights(N);
        var equal = Enumerable.Repeat(1.0, N).ToArray();
        Expect("atomic turn", equal, Floor.Shares(new AtomicTurnFloor(endpoints), endpoints, Picks));
        Expect("turns in blocks", equal, Floor.Shares(new BlockTurnFloor(endpoints), endpoints, Picks));
        Expect("alias", [.. weights], Floor.Shares(new AliasFloor(endpoints, AliasFloor.Columns(weights)), endpoints, Picks));
        var cells = Array.ConvertAll(endpoints, static e => new LoadCell(e));
        Expect("two counts", OfTwo(loads), Floor.Shares(new TwoCountsFloor(endpoints, loads), endpoints, Picks));
        Expect("two cells", OfTwo(loads), Floor.Shares(new TwoCellsFloor(cells), endpoints, Picks));
        Expect("lease", OfTwo(loads), Floor.Shares(new LeaseFloor(cells), endpoints, Picks));
        var least = Array.ConvertAll(loads, l => l == loads.Min() ? 1.0 : 0);
        Expect("least", least, Floor.Shares(new LeastFloor(endpoints, loads), endpoints, Picks));

        // The wins of each over all ordered pairs; among equals the one drawn first.
        static double[] OfTwo(int[] loads) =>
            [.. loads.Select((mine, i) => (double)loads.Where((other, j) => j != i && mine <= other).Count()
                + loads.Where((other, j) => j != i && mine < other).Count())];
    }

    private static void Expect(string floor, double[] shares, int[] counts)
    {
        double whole = shares.Sum(), all = counts.Sum();
        for (var i = 0; i < counts.Length; i++)
        {
            // Six deviations, or one call where there is no chance in it.
            var expected = all * shares[i] / whole;
            if (Math.Abs(counts[i] - expected) > 1 + (6 * Math.Sqrt(expected)))
                throw new InvalidOperationException($"The floor '{floor}' gives {i} {counts[i]} of {all} calls instead of {expected:0}.");
        }
    }

    private static Endpoint[] Endpoints(int n) => [.. Fleet.Pool("random", n).Snapshot.All];

    private static LoadCell[] Cells(int n) => Array.ConvertAll(Endpoints(n), static e => new LoadCell(e));

    private static int[] Loads(int n) => Array.ConvertAll(Endpoints(n), static e => e.InFlight);

    private static int[] Weights(int n) => [.. Enumerable.Range(0, n).Select(static i => 1 + (i % 10))];

    private static TableFloor TableOf(int n)
    {
        var table = new ushort[TablePlaces];
        for (var i = 0; i < table.Length; i++) table[i] = (ushort)(HashKey.Of((ulong)i, 1) % (uint)n);
        return new TableFloor(Endpoints(n), table, PickGates.Call.HashKey);
    }
}
