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

    // A list of 10 000 is all over the memory, whose neighbours come and go: one quiet millisecond is to be among them.
    private const int Bursts = 100;

    /// <summary>In which order a list names its instances.</summary>
    private enum Order
    {
        /// <summary>As a catalog promises.</summary>
        OfIds,

        /// <summary>Another one, but always the same.</summary>
        SameAlways,

        /// <summary>Another one each time.</summary>
        NewEachTime,
    }

    internal static IEnumerable<Gate> List() =>
    [
        // First, while a process has done little else: the compiler lays out what it has watched, and after all picks a record takes 2.25.
        .. Outcome(), Flip(1000), Flip(10_000),
        .. Diff(1000, OfThousand, Order.OfIds), .. Diff(1000, OfThousand, Order.SameAlways), .. Diff(1000, OfThousand, Order.NewEachTime),
        .. Diff(10_000, OfTenThousand, Order.OfIds), .. Diff(10_000, OfTenThousand, Order.SameAlways),
        .. Diff(10_000, OfTenThousand, Order.NewEachTime),
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
    private static IEnumerable<Gate> Diff(int n, double limit, Order order)
    {
        var catalogs = new Lazy<ServiceCatalog[]>(() => [.. Enumerable.Range(0, 2).Select(v => Catalog(n, 1 + v, order))]);
        var pool = new Lazy<ServicePool>(() => Fleet.Pool(LoadBalancers.Default, n));
        var anew = new Lazy<Rebuild>(() => new Rebuild(catalogs.Value));
        var shuffled = order switch { Order.SameAlways => ", shuffled,", Order.NewEachTime => ", shuffled each time,", _ => "" };
        var name = $"full list{shuffled} with one change";

        void Apply()
        {
            foreach (var catalog in catalogs.Value) pool.Value.Apply(catalog);
        }

        yield return new Gate($"{name} / parsing all of it and looking each up, N = {n}", limit, () =>
        {
            double best = double.MaxValue, bestOfAnew = double.MaxValue;
            for (var burst = 0; burst < Bursts; burst++)
            {
                best = Math.Min(best, Nanoseconds(Apply));
                bestOfAnew = Math.Min(bestOfAnew, Nanoseconds(anew.Value.Run));
            }

            return best / bestOfAnew;
        });
        yield return new Gate(
            $"{name}, nanoseconds an endpoint, N = {n}", 60,
            () => Enumerable.Range(0, Bursts).Min(_ => Nanoseconds(Apply)) / n / catalogs.Value.Length, IsJudged: false);
    }

    private static double Nanoseconds(Action action)
    {
        var from = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds;
    }

    private static ServiceCatalog Catalog(int n, int weightOfOne, Order order)
    {
        var instances = Enumerable.Range(0, n).Select(i => Fleet.Instance(i, i == n / 2 ? weightOfOne : 1)).ToArray();
        if (order != Order.OfIds) new Random(order == Order.SameAlways ? n : weightOfOne).Shuffle(instances);
        return new ServiceCatalog("orders", 2, [.. instances]);
    }

    private static IEnumerable<Gate> Outcome()
    {
        var outcome = new CallOutcome(OutcomeKind.Success, TimeSpan.FromMilliseconds(1), 1);
        var record = new Lazy<Action<int>>(() =>
        {
            var pool = Fleet.Pool(LoadBalancers.Default, 10);
            if (!pool.TryAcquire(default, default, out var lease)) throw new InvalidOperationException("Nobody was picked.");
            return Warm(count =>
            {
                for (; count > 0; count--) lease.Record(outcome);
            });
        });
        var floor = new Lazy<Action<int>>(() =>
        {
            var window = new OutcomeFloor();
            return Warm(count =>
            {
                for (; count > 0; count--) window.Record(outcome);
            });
        });
        var increment = new Lazy<Action<int>>(static () =>
        {
            var counter = new PaddedCounter();
            return Warm(count =>
            {
                for (; count > 0; count--) Interlocked.Increment(ref counter.Value);
            });
        });
        yield return new Gate("outcome record / floor", 1.26, () => Speed.Ratio(record.Value, floor.Value));
        yield return new Gate("outcome record / Interlocked.Increment", 2.2, () => Speed.Ratio(record.Value, increment.Value), IsJudged: false);
    }

    private static Action<int> Warm(Action<int> loop)
    {
        OwnLoop.WarmUp(loop);
        return loop;
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
