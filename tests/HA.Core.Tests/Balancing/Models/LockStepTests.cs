using HA.Core.Balancing;
using HA.Core.Tests.Fakes;

namespace HA.Core.Tests.Balancing.Models;

/// <summary>Every policy picks as its model does, pick by pick.</summary>
public class LockStepTests
{
    private static readonly Func<RandomStream, ILoadBalancer> Inner = static r => new RandomLoadBalancer(r);

    private static readonly Dictionary<string, (Func<RandomStream, ILoadBalancer> Policy, Func<RandomStream, PolicyModel> Model)> Pairs = new(StringComparer.Ordinal)
    {
        ["random"] = (static r => new RandomLoadBalancer(r), static r => new RandomModel(r)),
        ["round robin"] = (static r => new RoundRobinLoadBalancer(r), static r => new RoundRobinModel(r, isRelaxed: false)),
        ["relaxed round robin"] = (static r => new RoundRobinLoadBalancer(r, isRelaxed: true), static r => new RoundRobinModel(r, isRelaxed: true)),
        ["weighted round robin"] = (static r => new WeightedRoundRobinLoadBalancer(r), static r => new WeightedRoundRobinModel(r)),
        ["least requests"] = (static r => new LeastRequestsLoadBalancer(r), static r => new LeastRequestsModel(r)),
        ["two choices"] = (static r => new PowerOfTwoChoicesLoadBalancer(r), static r => new TwoChoicesModel(r)),
        ["peak EWMA"] = (static r => new PeakEwmaLoadBalancer(r), static r => new CostModel(r, countsFailures: false)),
        ["failure-aware"] = (static r => new FailureAwareLoadBalancer(r), static r => new CostModel(r, countsFailures: true)),
        ["shared load"] = (static r => new SharedLoadLoadBalancer(r), static r => new SharedLoadModel(r)),
        ["ring"] = (static r => new ConsistentHashLoadBalancer(r, HashScheme.Ring), static r => new RingModel(r)),
        ["Maglev"] = (static r => new ConsistentHashLoadBalancer(r), static r => new MaglevModel(r)),
        ["rendezvous"] = (static r => new ConsistentHashLoadBalancer(r, HashScheme.Rendezvous), static r => new RendezvousModel(r)),
        ["bounded ring"] = (static r => new ConsistentHashLoadBalancer(r, HashScheme.Ring, 1.25), static r => new RingModel(r, 1.25)),
        ["bounded Maglev"] = (static r => new ConsistentHashLoadBalancer(r, maxLoad: 1.25), static r => new MaglevModel(r, 1.25)),
        ["bounded rendezvous"] = (static r => new ConsistentHashLoadBalancer(r, HashScheme.Rendezvous, 1.25), static r => new RendezvousModel(r, 1.25)),
        ["priority"] = (static r => new PriorityLoadBalancer(r, Inner), static r => new PriorityModel(r)),
        ["zone with room"] = (static r => new ZoneAwareLoadBalancer(r, Inner, "a", static () => ["a", "b", "b", "c", "c"]), static r => new ZoneModel(r, "a", "abbcc")),
        ["zone without"] = (static r => new ZoneAwareLoadBalancer(r, Inner, "a", static () => ["a", "a", "a", "b", "c"]), static r => new ZoneModel(r, "a", "aaabc")),
        ["subset"] = (static r => new SubsetLoadBalancer(r, Inner, static () => (2, 5), 3), static r => new SubsetModel(r, 2, 5, 3)),
        ["sticky"] = (static r => new StickyLoadBalancer(r, Inner), static r => new StickyModel(r)),
    };

    public static TheoryData<string, bool, ulong> Runs
    {
        get
        {
            var runs = new TheoryData<string, bool, ulong>();
            foreach (var policy in Pairs.Keys.Order(StringComparer.Ordinal))
            {
                for (var seed = 1ul; seed <= 2; seed++)
                {
                    runs.Add(policy, false, seed);
                    runs.Add(policy, true, seed);
                }
            }

            return runs;
        }
    }

    [Theory, MemberData(nameof(Runs))]
    public void Policy_LockStepWithItsModel_PicksTheSame(string policy, bool hasWeights, ulong seed)
    {
        var (create, model) = Pairs[policy];
        var (picks, decided) = (0, 0);
        foreach (var count in new[] { 1, 2, 3, 7, 12 })
        {
            var run = new LockStep((seed * 100) + (ulong)count, count, hasWeights, create, model);
            run.Run(policy.EndsWith("Maglev", StringComparison.Ordinal) ? 400 : 2000);
            picks += run.Picks;
            decided += run.Decided;
        }

        Assert.True(picks > 500, $"{picks} picks");
        // Else the model would allow everything.
        Assert.True(decided > picks * 0.6, $"{decided} of {picks}");
    }

    // Each column and each limit of the table, once: so many of all draws belong to each item.
    [Fact]
    public void AliasTable_EveryDrawOnce_GivesEachItsWeight()
    {
        const int Parts = 1 << 12;
        var stream = new SeededStream(5);
        for (var round = 0; round < 100; round++)
        {
            var weights = Enumerable.Range(0, 1 + stream.Next(20)).Select(_ => stream.Next(10)).Append(1).ToArray();
            var table = new AliasTable(weights);
            var draws = new ScriptedStream([.. Draws(weights.Length)]);
            var counts = new double[weights.Length];
            for (var i = 0; i < weights.Length * Parts; i++) counts[table.Draw(draws)]++;
            for (var i = 0; i < weights.Length; i++)
            {
                var expected = weights.Length * Parts * (weights[i] / (double)weights.Sum());
                Assert.InRange(counts[i], expected - weights.Length, expected + weights.Length);
            }
        }

        static IEnumerable<ulong> Draws(int columns)
        {
            for (var column = 0; column < columns; column++)
            {
                var upper = (((ulong)column << 32) / (ulong)columns) + 1;
                for (var part = 0ul; part < Parts; part++) yield return (upper << 32) | (part << 20);
            }
        }
    }

    [Fact]
    public void WeightedSchedule_AnyWeights_FollowsEarliestDeadlines()
    {
        var stream = new SeededStream(6);
        for (var round = 0; round < 50; round++)
        {
            int[] weights = [1, .. Enumerable.Range(0, 1 + stream.Next(12)).Select(_ => 1 + stream.Next(20))];
            WeightedRoundRobinModel.Follow(WeightedSchedule.Create(weights), weights);
        }
    }

    [Fact]
    public void SubsetArc_AnyNumbers_IsAsMeasuredBitByBit()
    {
        var stream = new SeededStream(7);
        for (var round = 0; round < 300; round++)
        {
            int clients = 1 + stream.Next(30), endpoints = 1 + stream.Next(60), size = 1 + stream.Next(20), rank = stream.Next(clients);
            var parts = new SubsetModel(stream, rank, clients, size).Parts(endpoints);
            var arc = SubsetLoadBalancer.Arc(rank, clients, endpoints, size).ToDictionary(static a => a.Index, static a => a.Part);
            for (var i = 0; i < endpoints; i++) Assert.Equal(parts[i], arc.GetValueOrDefault(i), 9);
        }
    }
}
