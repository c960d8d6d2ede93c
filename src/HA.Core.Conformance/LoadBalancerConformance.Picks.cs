using System.Collections.Immutable;
using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Conformance;

public abstract partial class LoadBalancerConformance
{
    /// <summary>Law 1.</summary>
    public Task Law01_NobodyOutsideEligibleIsPicked()
    {
        foreach (var (snapshot, picker) in Trials())
        {
            for (var i = 0; i < Picks / 10; i++)
            {
                var picked = picker.Pick(Call(i));
                Require(1, picked is null || snapshot.Eligible.Contains(picked), $"{NameOf(picked)} was picked and is not eligible");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Law 2.</summary>
    public Task Law02_NullIfAndOnlyIfNobodyIsEligible()
    {
        foreach (var (snapshot, picker) in Trials())
        {
            for (var i = 0; i < Picks / 10; i++)
            {
                var picked = picker.Pick(Call(i));
                Require(2, picked is null == snapshot.Eligible.IsEmpty, $"{NameOf(picked)} was picked of {snapshot.Eligible.Length}");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Law 3: nothing is allocated.</summary>
    public Task Law03_APickAllocatesNothing()
    {
        foreach (var (snapshot, picker) in Trials())
        {
            Span<PickContext> calls = new PickContext[1000];
            for (var i = 0; i < calls.Length; i++) calls[i] = Call(i);
            foreach (ref readonly var call in calls) picker.Pick(call);
            var least = long.MaxValue;
            // The runtime allocates a little when it compiles something anew; a policy that allocates does so every time.
            for (var round = 0; round < 5 && least > 0; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                foreach (ref readonly var call in calls) picker.Pick(call);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Require(3, least == 0, $"{least} bytes for {calls.Length} picks of {snapshot.Eligible.Length} endpoints");
        }

        return Task.CompletedTask;
    }

    /// <summary>Law 3: nothing is thrown.</summary>
    public Task Law03_APickNeverThrows()
    {
        ReadOnlySpan<PickContext> calls =
        [
            default, new(int.MaxValue, ulong.MaxValue, long.MaxValue), new(-1, 1, long.MinValue), new(1000, 5), new(0, 0, 1),
        ];
        foreach (var (_, picker) in Trials())
        {
            foreach (var call in calls)
            {
                // A retry number like this would walk for ever in a policy that counts down to it.
                var tame = call with { Attempt = Math.Clamp(call.Attempt, -1, 1000) };
                try
                {
                    picker.Pick(tame);
                }
                catch (Exception e)
                {
                    throw new ConformanceException(3, BalancerLaws.Sentence(3), $"{e.GetType().Name} at {tame}: {e.Message}", e);
                }
            }
        }

        return Task.CompletedTask;
    }

    // Few and many, all and some eligible, equal and unequal weights; one policy sees them one after the other.
    private IEnumerable<(EndpointSnapshot Snapshot, IEndpointPicker Picker)> Trials()
    {
        var balancer = Create(Chance);
        try
        {
            yield return (EndpointSnapshot.Empty, balancer.CreatePicker(EndpointSnapshot.Empty));
            long version = 0;
            foreach (var count in (int[])[1, 2, 3, 10, 100, 7])
            {
                foreach (var isWeighted in (bool[])[false, true])
                {
                    var weights = Enumerable.Range(0, count).Select(i => isWeighted ? i % 4 : 1).ToArray();
                    ImmutableArray<Endpoint> all = [.. Catalog(1, weights).Instances.Select(static i => new Endpoint(i))];
                    var snapshot = EndpointSnapshot.Create(++version, all, 0);
                    yield return (snapshot, balancer.CreatePicker(snapshot));
                    ImmutableArray<Endpoint> some = [.. snapshot.Eligible.Where(static (_, i) => i % 3 != 1)];
                    snapshot = new EndpointSnapshot(++version, all, some, IsPanic: false);
                    yield return (snapshot, balancer.CreatePicker(snapshot));
                    snapshot = new EndpointSnapshot(++version, all, [], IsPanic: false);
                    yield return (snapshot, balancer.CreatePicker(snapshot));
                }
            }
        }
        finally
        {
            if (balancer is IAsyncDisposable owned) _ = owned.DisposeAsync().AsTask();
        }
    }
}
