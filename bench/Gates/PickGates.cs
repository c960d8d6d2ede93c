using System.Runtime.CompilerServices;
using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>What picks cost, as ratios to C1: an atomic increment, a remainder and an array access.</summary>
internal static class PickGates
{
    // With a key, as policies that hash want, and the moment, as the client gives it.
    private static readonly PickContext Call = new(0, HashKey.Of("customer-4711"), ServiceEnvironment.System.Time.GetTimestamp());

    internal static IEnumerable<Gate> List() =>
    [
        .. AtSizes([10, 1000, 10_000], 1.10, "round-robin"),
        .. AtSizes([10, 1000, 10_000], 0.50, "relaxed-round-robin"),
        .. AtSizes([10, 1000, 10_000], 1.10, "weighted-round-robin"),
        .. AtSizes([10, 1000, 10_000], 1.15, "random", isWeighted: true),
        .. AtSizes([3, 10, 100, 1000], 1.25, "power-of-two-choices"),
        .. AtSizes([10_000], 1.60, "power-of-two-choices"),
        .. AtSizes([1000], 25, "least-requests"),
        .. AtSizes([10, 100, 1000], 0.8, "maglev"),
        TextKey(4.5),
        Two("relaxed-round-robin", 0.20),
        Against("failure-aware", "power-of-two-choices", 10, 2),
        Against("failure-aware", "power-of-two-choices", 100, 2),
        Against("failure-aware", "power-of-two-choices", 1000, 2),
        Lease("power-of-two-choices", 3, 2.7),
        Lease("power-of-two-choices", 100, 2.7),
        Lease("power-of-two-choices", 1000, 2.7),
    ];

    private static IEnumerable<Gate> AtSizes(int[] sizes, double limit, string balancer, bool isWeighted = false) =>
        sizes.Select(n => Lazily($"pick / C1, {(isWeighted ? "weighted " : "")}{balancer}, N = {n}", limit, () =>
        {
            var pick = Pick(Fleet.Picker(balancer, n, isWeighted || balancer == "weighted-round-robin"));
            var control = new Control(n);
            return () => Speed.Ratio(pick, control.Run);
        }));

    private static Gate TextKey(double limit) => Lazily("pick / C1, maglev by a key of 24 characters, N = 1000", limit, () =>
    {
        var loop = OwnLoop.Of(nameof(TextKeyLoop), typeof(PickGates), Fleet.Picker("maglev", 1000));
        var control = new Control(1000);
        return () => Speed.Ratio(loop, control.Run);
    });

    private static void TextKeyLoop<TOwn>(IEndpointPicker picker, int count)
    {
        for (; count > 0; count--) Sink(picker.Pick(new PickContext(0, HashKey.Of("customer-0000-0000-00042"), Call.Now)));
    }

    private static Gate Two(string balancer, double limit) => Lazily($"pick / C2, {balancer}, N = 100, two threads", limit, () =>
    {
        var pick = Pick(Fleet.Picker(balancer, 100));
        var control = new Control(100);
        return () => Speed.RatioOfTwo(pick, control.Run);
    });

    private static Gate Against(string balancer, string other, int n, double limit) =>
        Lazily($"pick / pick of {other}, {balancer}, N = {n}", limit, () =>
        {
            var pick = Pick(Fleet.Picker(balancer, n));
            var control = Pick(Fleet.Picker(other, n));
            return () => Speed.Ratio(pick, control);
        });

    // The endpoints' own counters, without the pool around them.
    private static Gate Lease(string balancer, int n, double limit) => Lazily($"pick + acquire + release / C1, {balancer}, N = {n}", limit, () =>
    {
        var picker = Fleet.Picker(balancer, n);
        var control = new Control(n);
        var lease = OwnLoop.Of(nameof(LeaseLoop), typeof(PickGates), picker);
        return () => Speed.Ratio(lease, control.Run);
    });

    /// <summary>The loop over a picker's picks, through the interface, as the pool calls it.</summary>
    internal static Action<int> Pick(IEndpointPicker picker) => OwnLoop.Of(nameof(PickLoop), typeof(PickGates), picker);

    private static void PickLoop<TOwn>(IEndpointPicker picker, int count)
    {
        for (; count > 0; count--) Sink(picker.Pick(Call));
    }

    private static void LeaseLoop<TOwn>(IEndpointPicker picker, int count)
    {
        for (; count > 0; count--)
        {
            var endpoint = picker.Pick(Call)!;
            endpoint.Enter();
            endpoint.Leave();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sink(Endpoint? endpoint)
    {
        if (endpoint is null) throw new InvalidOperationException("Nobody was picked.");
    }

    private static Gate Lazily(string name, double limit, Func<Func<double>> create)
    {
        Func<double>? measure = null;
        return new Gate(name, limit, () => (measure ??= create())());
    }

    /// <summary>C1.</summary>
    internal sealed class Control(int n)
    {
        private readonly Endpoint[] _endpoints = [.. Fleet.Pool("random", n).Snapshot.All];
        private PaddedCounter _turn;

        internal void Run(int count)
        {
            var all = _endpoints;
            for (; count > 0; count--) Sink(all[(uint)Interlocked.Increment(ref _turn.Value) % (uint)all.Length]);
        }
    }
}
