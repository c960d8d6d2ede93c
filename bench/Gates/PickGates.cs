using System.Runtime.CompilerServices;
using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>What picks cost: judged against floors, and shown as ratios to C1 and C2, in which promises were first made.</summary>
internal static class PickGates
{
    /// <summary>A text that is hashed for each pick.</summary>
    internal const string TextKey = "customer-0000-0000-00042";

    /// <summary>With a key, as policies that hash want, and the moment, as the client gives it.</summary>
    internal static readonly PickContext Call = new(0, HashKey.Of("customer-4711"), ServiceEnvironment.System.Time.GetTimestamp());

    // Where each limit comes from is in the README.
    internal static IEnumerable<Gate> List() =>
    [
        .. Promise("round-robin", [10, 1000, 10_000], FloorOf.Atomic, 1.10, 1.10),
        .. Promise("relaxed-round-robin", [10, 1000, 10_000], FloorOf.Blocks, 1.43, 0.50),
        .. Promise("weighted-round-robin", [10, 1000, 10_000], FloorOf.Schedule, 1.10, 1.10, isWeighted: true),
        .. Promise("random", [10, 1000, 10_000], FloorOf.Alias, 1.37, 1.15, isWeighted: true),
        .. Promise("power-of-two-choices", [3, 10, 100, 1000], FloorOf.TwoCells, 1.35, 1.25),
        .. Promise("power-of-two-choices", [10_000], FloorOf.TwoCounts, 2.12, 1.60),
        .. Promise("least-requests", [1000], FloorOf.Least, 1.84, 25),
        .. Promise("maglev", [10, 100, 1000], FloorOf.Table, 1.44, 0.80),
        .. Promise(Case.OfText(), FloorOf.TextTable, 1.11, 4.5),
        .. Promise(Case.OfLease("power-of-two-choices", 3), FloorOf.Lease, 1.17, 2.7),
        .. Promise(Case.OfLease("power-of-two-choices", 100), FloorOf.Lease, 1.17, 2.7),
        .. Promise(Case.OfLease("power-of-two-choices", 1000), FloorOf.Lease, 1.17, 2.7),
        FailureAware(10), FailureAware(100), FailureAware(1000),
        .. OfTwoThreads(),
    ];

    private static IEnumerable<Gate> Promise(
        string balancer, int[] sizes, Func<int, Action<int>> floor, double ofFloor, double ofControl, bool isWeighted = false) =>
        sizes.SelectMany(n => Promise(Case.OfPick(balancer, n, isWeighted), floor, ofFloor, ofControl));

    private static IEnumerable<Gate> Promise(Case subject, Func<int, Action<int>> floor, double ofFloor, double ofControl)
    {
        var loop = new Lazy<Action<int>>(subject.Loop);
        var least = new Lazy<Action<int>>(() => floor(subject.N));
        var control = new Lazy<Control>(() => new Control(subject.N));
        yield return new Gate($"{subject.Name} / floor", ofFloor, () => Speed.Ratio(loop.Value, least.Value));
        yield return new Gate($"{subject.Name} / C1", ofControl, () => Speed.Ratio(loop.Value, control.Value.Run), IsJudged: false);
    }

    private static Gate FailureAware(int n)
    {
        var pick = new Lazy<Action<int>>(() => Pick(Fleet.Picker("failure-aware", n)));
        var plain = new Lazy<Action<int>>(() => Pick(Fleet.Picker("power-of-two-choices", n)));
        return new Gate($"failure-aware / power-of-two-choices, N = {n}", 2, () => Speed.Ratio(pick.Value, plain.Value));
    }

    private static IEnumerable<Gate> OfTwoThreads()
    {
        const int N = 100;
        var loop = new Lazy<Action<int>>(() => Pick(Fleet.Picker("relaxed-round-robin", N)));
        var least = new Lazy<Action<int>>(static () => FloorOf.Blocks(N));
        var control = new Lazy<Control>(static () => new Control(N));
        yield return new Gate(
            $"relaxed-round-robin, N = {N}, two threads / floor", 1.9, () => Speed.RatioOfTwo(loop.Value, least.Value));
        yield return new Gate(
            $"relaxed-round-robin, N = {N}, two threads / C2", 0.20, () => Speed.RatioOfTwo(loop.Value, control.Value.Run),
            IsJudged: false);
    }

    /// <summary>The loop over a picker's picks, through the interface, as the pool calls it.</summary>
    internal static Action<int> Pick(IEndpointPicker picker) => OwnLoop.Of(nameof(PickLoop), typeof(PickGates), picker);

    private static void PickLoop<TOwn>(IEndpointPicker picker, int count)
    {
        for (; count > 0; count--) Sink(picker.Pick(Call));
    }

    private static void TextKeyLoop<TOwn>(IEndpointPicker picker, int count)
    {
        for (; count > 0; count--) Sink(picker.Pick(new PickContext(0, HashKey.Of(TextKey), Call.Now)));
    }

    // The endpoints' own counters, without the pool around them.
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
    internal static void Sink(Endpoint? endpoint)
    {
        if (endpoint is null) throw new InvalidOperationException("Nobody was picked.");
    }

    /// <summary>What is measured.</summary>
    internal sealed record Case(string Name, int N, Func<Action<int>> Loop)
    {
        internal static Case OfPick(string balancer, int n, bool isWeighted) =>
            new($"{(isWeighted ? "weighted " : "")}{balancer}, N = {n}", n, () => Pick(Fleet.Picker(balancer, n, isWeighted)));

        internal static Case OfText() => new(
            "maglev by 24 characters, N = 1000", 1000,
            static () => OwnLoop.Of(nameof(TextKeyLoop), typeof(PickGates), Fleet.Picker("maglev", 1000)));

        internal static Case OfLease(string balancer, int n) => new(
            $"{balancer} with acquire and release, N = {n}", n,
            () => OwnLoop.Of(nameof(LeaseLoop), typeof(PickGates), Fleet.Picker(balancer, n)));
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
