using System.Runtime.InteropServices;
using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Simulation.Inspection;

/// <summary>A policy, and somebody who notes what it saw when it picked for a certain call.</summary>
internal class WatchedBalancer(ILoadBalancer inner, ToldStream draws, CallWatch watch) : ILoadBalancer, IAsyncDisposable
{
    // A pool counts calls side by side for some policies, and those pick otherwise without: the wrapper bears the same mark.
    internal static ILoadBalancer Around(ILoadBalancer inner, ToldStream draws, CallWatch watch) => inner switch
    {
        IReadsAllLoads => new OfAllLoads(inner, draws, watch),
        IReadsLoads => new OfLoads(inner, draws, watch),
        _ => new WatchedBalancer(inner, draws, watch),
    };

    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) =>
        new Picker(inner.CreatePicker(snapshot), snapshot, draws, watch, DrawsTwo(snapshot));

    public ValueTask DisposeAsync() => InnerPolicies.DisposeAsync([inner]);

    // With unequal weights pairs are drawn another way.
    private bool DrawsTwo(EndpointSnapshot snapshot) =>
        inner is PowerOfTwoChoicesLoadBalancer or PeakEwmaLoadBalancer or FailureAwareLoadBalancer
        && snapshot.Eligible.Length >= 2 && Weights.Unequal(snapshot, ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!) is null;

    private sealed class Picker(
        IEndpointPicker inner, EndpointSnapshot snapshot, ToldStream draws, CallWatch watch, bool drawsTwo) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            if (!watch.IsAsking(snapshot)) return inner.Pick(context);
            var candidates = snapshot.Eligible.Select(watch.Look).ToArray();
            draws.Last = null;
            var chosen = inner.Pick(context);
            watch.Picked(new PickAccount(snapshot.IsPanic, snapshot.All.Length, [.. candidates], [.. Drawn()], chosen?.Instance.Id));
            return chosen;
        }

        private string[] Drawn()
        {
            if (!drawsTwo || draws.Last is not { } bits) return [];
            TwoChoices.Draw(new Repeated(bits), snapshot.Eligible.Length, out var first, out var second);
            return [snapshot.Eligible[(int)first].Instance.Id, snapshot.Eligible[(int)second].Instance.Id];
        }
    }

    private sealed class OfLoads(ILoadBalancer inner, ToldStream draws, CallWatch watch)
        : WatchedBalancer(inner, draws, watch), IReadsLoads;

    private sealed class OfAllLoads(ILoadBalancer inner, ToldStream draws, CallWatch watch)
        : WatchedBalancer(inner, draws, watch), IReadsAllLoads;

    private sealed class Repeated(ulong bits) : RandomStream
    {
        public override ulong NextUInt64() => bits;
    }
}

/// <summary>A stream that tells what was drawn last.</summary>
internal sealed class ToldStream(RandomStream inner) : RandomStream
{
    internal ulong? Last { get; set; }

    public override ulong NextUInt64()
    {
        var bits = inner.NextUInt64();
        Last = bits;
        return bits;
    }
}
