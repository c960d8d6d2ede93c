using HA.Core.Balancing;
using HA.Core.Endpoints;

namespace HA.Core.Conformance;

public abstract partial class LoadBalancerConformance
{
    private const int Flows = 4;

    /// <summary>Law 4.</summary>
    public async Task Law04_ThreadsAndNewSnapshotsDoNoHarm()
    {
        var pool = Pool(1, 2, 3, 4, 5, 6, 7, 8);
        await using var _ = pool.ConfigureAwait(false);
        string? broken = null;
        var flows = Enumerable.Range(0, Flows).Select(number => Environment.Spawn($"flow {number}", __ =>
        {
            for (var i = 0; i < Picks && broken is null; i++)
            {
                try
                {
                    if (number == 0 && i % 100 == 0) pool.Apply(Catalog(2 + i, Varied(i)));
                    else if (number == 1 && i % 50 == 0 && i % 100 == 0) pool.MarkUnhealthy($"{i % 8:000}");
                    else if (number == 1 && i % 50 == 0) pool.MarkHealthy($"{(i - 50) % 8:000}");
                    else if (!pool.TryAcquire(Call(i), default, out var lease)) broken = "nobody was picked";
                    else lease.Complete(new CallOutcome((OutcomeKind)(i % 50 == 7 ? 1 : 0), TimeSpan.FromMilliseconds(1 + (i % 9)), i));
                }
                catch (Exception e)
                {
                    broken = $"{e.GetType().Name}: {e.Message}";
                }
            }

            return Task.CompletedTask;
        })).ToArray();
        foreach (var flow in flows) await flow.Completion.ConfigureAwait(false);
        Require(4, broken is null, broken ?? "");
        Require(4, pool.Snapshot.All.All(static e => e.InFlight == 0), "calls in flight after the last one ended");
    }

    private static int[] Varied(int i) => [.. Enumerable.Range(0, 1 + (i / 100 % 12)).Select(w => 1 + (w * i % 5))];

    /// <summary>Law 5.</summary>
    public Task Law05_EqualEndpointsGetAboutTheSame() => SharesAsync(5, [.. Enumerable.Repeat(1, 10)]);

    /// <summary>Law 6.</summary>
    public Task Law06_SharesAreByWeight() => RespectsWeights ? SharesAsync(6, [1, 2, 3, 4, 5]) : Task.CompletedTask;

    // Four calls in flight for each unit of weight, so that policies by load have something to go by.
    private async Task SharesAsync(int law, int[] weights)
    {
        var pool = Pool(weights);
        await using var _ = pool.ConfigureAwait(false);
        var open = new Queue<EndpointLease>();
        var counts = new double[weights.Length];
        var total = weights.Sum();
        for (var i = 0; i < Picks * 2; i++)
        {
            var call = new PickContext(0, HashKey.Of($"{i}"));
            Require(law, pool.TryAcquire(call, default, out var lease), "nobody was picked");
            open.Enqueue(lease);
            if (i >= Picks) counts[pool.Snapshot.All.IndexOf(lease.Endpoint)]++;
            if (open.Count < 4 * total) continue;
            open.Dequeue().Complete(new CallOutcome(OutcomeKind.Success, TimeSpan.FromMilliseconds(10), Environment.Time.GetTimestamp()));
        }

        foreach (var lease in open) lease.Release();
        for (var i = 0; i < weights.Length; i++)
        {
            var (share, fair) = (counts[i] / Picks, weights[i] / (double)total);
            Require(
                law, share > fair / Tolerance && share < fair * Tolerance,
                FormattableString.Invariant($"an endpoint of weight {weights[i]} of {total} got {share:P1} of the calls"));
        }
    }
}
