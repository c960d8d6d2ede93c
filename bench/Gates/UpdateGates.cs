using System.Diagnostics;
using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>What it costs that something changes.</summary>
internal static class UpdateGates
{
    private const double PromisedNanoseconds = 60;

    internal static IEnumerable<Gate> List() =>
    [
        Flip(1000), Flip(10_000),
        Diff(1000, isShuffled: false), Diff(1000, isShuffled: true), Diff(10_000, isShuffled: false), Diff(10_000, isShuffled: true),
        Outcome(),
    ];

    private static Gate Flip(int n)
    {
        ServicePool? pool = null;
        var copy = new Copy(n);
        var isOut = false;
        return new Gate($"health flip of one endpoint / clone and publish, {LoadBalancers.Default}, N = {n}", 4, () =>
        {
            pool ??= Fleet.Pool(LoadBalancers.Default, n);
            var id = pool.Snapshot.All[n / 2].Instance.Id;
            return Speed.Ratio(
                count =>
                {
                    for (; count > 0; count--) isOut = isOut ? !pool.MarkHealthy(id) : pool.MarkUnhealthy(id);
                },
                copy.Run);
        });
    }

    // Every instance is a new object, as a registry reads it; one of them has another weight than before.
    private static Gate Diff(int n, bool isShuffled)
    {
        ServicePool? pool = null;
        ServiceCatalog[] catalogs = [];
        var name = $"full list{(isShuffled ? ", shuffled," : "")} with one change, nanoseconds for each endpoint / {PromisedNanoseconds:0}, N = {n}";
        return new Gate(name, 1, () =>
        {
            if (pool is null)
            {
                pool = Fleet.Pool(LoadBalancers.Default, n);
                catalogs = [.. Enumerable.Range(0, 2).Select(v => Catalog(n, 1 + v, isShuffled))];
            }

            var best = double.MaxValue;
            for (var burst = 0; burst < 20; burst++)
            {
                var from = Stopwatch.GetTimestamp();
                pool.Apply(catalogs[burst & 1]);
                best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalNanoseconds);
            }

            return best / n / PromisedNanoseconds;
        });
    }

    private static ServiceCatalog Catalog(int n, int weightOfOne, bool isShuffled)
    {
        var instances = Enumerable.Range(0, n).Select(i => Fleet.Instance(i, i == n / 2 ? weightOfOne : 1)).ToArray();
        if (isShuffled) new Random(n).Shuffle(instances);
        return new ServiceCatalog("orders", 2, [.. instances]);
    }

    private static Gate Outcome()
    {
        var outcome = new CallOutcome(OutcomeKind.Success, TimeSpan.FromMilliseconds(1), 1);
        ServicePool? pool = null;
        return new Gate("outcome record / Interlocked.Increment", 2.2, () =>
        {
            pool ??= Fleet.Pool(LoadBalancers.Default, 10);
            if (!pool.TryAcquire(default, default, out var lease)) throw new InvalidOperationException("Nobody was picked.");
            PaddedCounter counter = default;
            var ratio = Speed.Ratio(
                count =>
                {
                    for (; count > 0; count--) lease.Record(outcome);
                },
                count =>
                {
                    for (; count > 0; count--) Interlocked.Increment(ref counter.Value);
                });
            lease.Release();
            return ratio;
        });
    }

    /// <summary>An array of n references, copied, changed in one place and published.</summary>
    private sealed class Copy(int n)
    {
        private Endpoint[] _published = [.. Enumerable.Repeat(new Endpoint(Fleet.Instance(0, 1)), n)];

        internal void Run(int count)
        {
            for (; count > 0; count--)
            {
                var copy = (Endpoint[])_published.Clone();
                copy[count % n] = copy[0];
                Volatile.Write(ref _published, copy);
            }
        }
    }
}
