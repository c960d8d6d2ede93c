using System.Diagnostics;
using System.Globalization;
using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Health;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing;

/// <summary>
/// Updates, picks, completions and changes of health at once, on threads, with every policy. A few thousand rounds as a
/// rule; HA_STRESS_SECONDS makes each policy go on for so long.
/// </summary>
public class BalancerStressTests
{
    private const int Callers = 3;
    private const int Rounds = 4000;
    private const string Probing = "probing";

    public static TheoryData<string> Policies => [.. LoadBalancers.Names, Probing];

    private static TimeSpan Length { get; } = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("HA_STRESS_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 0);

    [Theory, MemberData(nameof(Policies))]
    public async Task Pool_EverythingAtOnce_KeepsEveryLaw(string policy)
    {
        await using var pool = new ServicePool(
            Orders.Service, ServiceEnvironment.System, new PoolOptions { LoadBalancer = r => Create(policy, r) });
        pool.Apply(Orders.Catalog(10));
        var everybody = new HashSet<Endpoint>(pool.Snapshot.All);
        var failures = new List<string>();
        var until = Stopwatch.GetTimestamp() + (long)(Length.TotalSeconds * Stopwatch.Frequency);
        bool GoesOn(int round) => (round < Rounds || Stopwatch.GetTimestamp() < until) && failures.Count == 0;

        void Fail(string what)
        {
            lock (failures) failures.Add(what);
        }

        void Call(int seed)
        {
            var random = new Random(seed);
            var open = new Queue<EndpointLease>();
            for (var round = 0; GoesOn(round); round++)
            {
                var call = new PickContext(random.Next(3), (ulong)random.Next(100), random.Next(2) * Stopwatch.GetTimestamp());
                var before = pool.Snapshot;
                if (!pool.TryAcquire(call, default, out var lease)) Fail("nobody was picked though there is always somebody");
                else open.Enqueue(lease);
                // Eligible in the snapshot before, or in one that came since.
                if (ReferenceEquals(before, pool.Snapshot) && !before.Eligible.Contains(lease.Endpoint)) Fail($"{lease.Endpoint} was not eligible");
                if (open.Count > random.Next(12)) End(open.Dequeue(), random);
            }

            while (open.TryDequeue(out var lease)) End(lease, random);
        }

        void Change()
        {
            var random = new Random(99);
            for (var round = 0; GoesOn(round); round++)
            {
                var id = $"orders-{random.Next(12):000}";
                if (round % 10 == 0)
                {
                    var count = 1 + random.Next(12);
                    pool.Apply(Orders.Catalog(2 + round, Enumerable.Range(0, count).Select(i => Orders.Instance(i, weight: 1 + random.Next(3)))));
                    lock (everybody) everybody.UnionWith(pool.Snapshot.All);
                }
                else if (random.Next(2) == 0)
                {
                    pool.MarkUnhealthy(id);
                }
                else
                {
                    pool.MarkHealthy(id);
                }
            }
        }

        Thread[] threads = [.. Enumerable.Range(0, Callers).Select(i => Start(() => Call(i), Fail)), Start(Change, Fail)];
        foreach (var thread in threads) thread.Join();
        Assert.Empty(failures);
        Assert.All(everybody, static e => Assert.Equal(0, e.InFlight));
        // An ejection may end just now, and its news be on its way.
        Assert.True(SpinWait.SpinUntil(() => IsUpToDate(pool.Snapshot), TimeSpan.FromSeconds(30)));
    }

    private static ILoadBalancer Create(string policy, RandomStream random) => policy == Probing
        ? new ProbingLoadBalancer(random, ServiceEnvironment.System, new AnyLoad(random), new ProbingOptions { Interval = TimeSpan.FromTicks(1) })
        : LoadBalancers.Create(policy, random);

    private static bool IsUpToDate(EndpointSnapshot snapshot) =>
        EndpointSnapshot.Create(snapshot.Version, snapshot.All, new HealthOptions().PanicThreshold).Eligible.SequenceEqual(snapshot.Eligible);

    private sealed class AnyLoad(RandomStream random) : ILoadProbe
    {
        public ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken) =>
            ValueTask.FromResult<LoadReport?>(new LoadReport(random.Next(10), TimeSpan.FromMilliseconds(random.Next(10))));
    }

    private static void End(EndpointLease lease, Random random)
    {
        var kind = random.Next(20) switch { 0 => OutcomeKind.Failure, 1 => OutcomeKind.Ignored, 2 => OutcomeKind.Overload, _ => OutcomeKind.Success };
        var outcome = new CallOutcome(kind, TimeSpan.FromMilliseconds(random.Next(50)), Stopwatch.GetTimestamp());
        if (random.Next(2) == 0)
        {
            lease.Complete(outcome);
            return;
        }

        lease.Record(outcome);
        lease.Release();
    }

    private static Thread Start(Action body, Action<string> fail)
    {
        var thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception e)
            {
                fail($"{e.GetType().Name}: {e}");
            }
        });
        thread.Start();
        return thread;
    }
}
