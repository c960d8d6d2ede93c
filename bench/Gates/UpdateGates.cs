using System.Diagnostics;
using HA.Core.Balancing;
using HA.Core.Bench.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Bench.Gates;

/// <summary>What it costs that something changes.</summary>
internal static class UpdateGates
{
    // What was promised for an endpoint of a list that is compared, over what building it anew cost there: 60 ns of 104 and 158.
    private const double OfThousand = 60.0 / 104, OfTenThousand = 60.0 / 158;

    internal static IEnumerable<Gate> List() =>
    [
        Flip(1000), Flip(10_000),
        Diff(1000, OfThousand, isShuffled: false), Diff(1000, OfThousand, isShuffled: true),
        Diff(10_000, OfTenThousand, isShuffled: false), Diff(10_000, OfTenThousand, isShuffled: true),
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
    private static Gate Diff(int n, double limit, bool isShuffled)
    {
        Action? apply = null, rebuild = null;
        var name = $"full list{(isShuffled ? ", shuffled," : "")} with one change / parsing all of it and looking each up, N = {n}";
        return new Gate(name, limit, () =>
        {
            if (apply is null)
            {
                var pool = Fleet.Pool(LoadBalancers.Default, n);
                ServiceCatalog[] catalogs = [.. Enumerable.Range(0, 2).Select(v => Catalog(n, 1 + v, isShuffled))];
                apply = () =>
                {
                    foreach (var catalog in catalogs) pool.Apply(catalog);
                };
                var anew = new Rebuild(catalogs);
                rebuild = anew.Run;
            }

            double best = double.MaxValue, bestOfAnew = double.MaxValue;
            for (var burst = 0; burst < 20; burst++)
            {
                best = Math.Min(best, Nanoseconds(apply));
                bestOfAnew = Math.Min(bestOfAnew, Nanoseconds(rebuild!));
            }

            return best / bestOfAnew;
        });
    }

    private static double Nanoseconds(Action action)
    {
        var from = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds;
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
        Action<int>? record = null, floor = null;
        return new Gate("outcome record / floor", 1.26, () =>
        {
            if (record is null)
            {
                var pool = Fleet.Pool(LoadBalancers.Default, 10);
                if (!pool.TryAcquire(default, default, out var lease)) throw new InvalidOperationException("Nobody was picked.");
                record = count =>
                {
                    for (; count > 0; count--) lease.Record(outcome);
                };
                var window = new OutcomeFloor();
                floor = count =>
                {
                    for (; count > 0; count--) window.Record(outcome);
                };
                OwnLoop.WarmUp(record);
                OwnLoop.WarmUp(floor);
            }

            return Speed.Ratio(record, floor!);
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

    /// <summary>A list taken anew: an address and an entry for each, and its former one by a dictionary.</summary>
    private sealed class Rebuild(ServiceCatalog[] catalogs)
    {
        private Dictionary<string, (Uri Address, ServiceInstance Instance)> _known = [];

        internal int Changed { get; private set; }

        internal void Run()
        {
            foreach (var catalog in catalogs)
            {
                var next = new Dictionary<string, (Uri Address, ServiceInstance Instance)>(catalog.Instances.Length);
                foreach (var instance in catalog.Instances)
                {
                    var address = new Uri($"http://{instance.Address}:{instance.Port}/");
                    if (!_known.TryGetValue(instance.Id, out var before) || before.Instance.Weight != instance.Weight) Changed++;
                    next[instance.Id] = (address, instance);
                }

                _known = next;
            }
        }
    }
}
