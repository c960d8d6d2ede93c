using System.Globalization;
using HA.Core.Balancing;
using HA.Core.Bench.Balancing;

namespace HA.Core.Bench.Gates;

/// <summary><c>picks</c>: what a pick costs, every policy, floors and naive rivals, as ratios to C1 and C2 of the same run.</summary>
internal static class PickTable
{
    private static readonly int[] Sizes = [3, 10, 100, 1000, 10_000];

    internal static int Run()
    {
        Console.WriteLine($"| pick | {string.Join(" | ", Sizes.Select(static n => $"N = {n}"))} | two threads, N = 100 |");
        Console.WriteLine($"| --- | {string.Join(" | ", Sizes.Select(static _ => "---:"))} | ---: |");
        var controls = Sizes.ToDictionary(static n => n, static n => new PickGates.Control(n));
        WriteRow("C1 in ns; C2 in ns", n => Speed.Least(controls[n].Run), () => Speed.LeastOfTwo(controls[100].Run));
        foreach (var balancer in LoadBalancers.Names)
            WritePicker(balancer, n => Fleet.Picker(balancer, n, balancer == "weighted-round-robin"));
        WriteLoop("floor of round robin: C1", FloorOf.Atomic);
        WriteLoop("floor of relaxed round robin", FloorOf.Blocks);
        WriteLoop("floor of weighted round robin", FloorOf.Schedule);
        WriteLoop("floor of weighted random", FloorOf.Alias);
        WriteLoop("floor of two choices, a line for each count", FloorOf.TwoCells);
        WriteLoop("floor of two choices, counts side by side", FloorOf.TwoCounts);
        WriteLoop("floor of Maglev", FloorOf.Table);
        WriteLoop("floor of least requests", FloorOf.Least);
        foreach (var (name, create) in NaivePickers.All)
            WritePicker(name, n => create([.. Fleet.Pool("random", n, isWeighted: true).Snapshot.All]));
        return 0;

        void WritePicker(string name, Func<int, IEndpointPicker> create) => WriteLoop(name, n => PickGates.Pick(create(n)));

        void WriteLoop(string name, Func<int, Action<int>> create)
        {
            var loops = Sizes.ToDictionary(static n => n, create);
            WriteRow(name, n => Speed.Ratio(loops[n], controls[n].Run), () => Speed.RatioOfTwo(loops[100], controls[100].Run));
        }
    }

    private static void WriteRow(string name, Func<int, double> figure, Func<double> ofTwo)
    {
        var cells = Sizes.Select(figure).Append(ofTwo()).Select(static f => f.ToString(f < 10 ? "0.00" : "0", CultureInfo.InvariantCulture));
        Console.WriteLine($"| {name} | {string.Join(" | ", cells)} |");
    }
}
