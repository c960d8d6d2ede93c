using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;
using HA.Core.Samples;

namespace HA.Core.Conformance.Tests.Balancers;

public sealed class LoadBalancerConformanceTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var policy in PolicyConformance.Policies)
            {
                foreach (var law in new PolicyConformance(policy).Laws) cases.Add(policy, law.Name);
            }

            return cases;
        }
    }

    private static readonly Dictionary<string, (int Law, Func<RandomStream, ILoadBalancer> Create)> Broken = new(StringComparer.Ordinal)
    {
        ["picks of all"] = (1, static r => new Spoilt((s, _) => s.All.IsEmpty ? null : s.All[r.Next(s.All.Length)])),
        ["gives up with one left"] = (2, static r => new Spoilt((s, _) => s.Eligible.Length < 2 ? null : s.Eligible[r.Next(s.Eligible.Length)])),
        ["allocates"] = (3, static r => new Spoilt((s, _) => s.Eligible.ToArray() is { Length: > 0 } copy ? copy[r.Next(copy.Length)] : null)),
        ["throws for a retry too many"] = (3, static r => new Spoilt((s, c) => s.Eligible.IsEmpty ? null
            : c.Attempt > 100 ? throw new InvalidOperationException("too many") : s.Eligible[r.Next(s.Eligible.Length)])),
        ["shares what is not safe to share"] = (4, static _ => new Racy()),
        ["the first only"] = (5, static _ => new Spoilt(static (s, _) => s.Eligible.FirstOrDefault())),
        ["blind to weights"] = (6, static r => new Spoilt((s, _) => s.Eligible.IsEmpty ? null : s.Eligible[r.Next(s.Eligible.Length)])),
    };

    public static TheoryData<string> BrokenNames => new(Broken.Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Cases))]
    public Task Policy_EachLaw_Holds(string policy, string law) =>
        new PolicyConformance(policy).Laws.Single(l => l.Name == law).CheckAsync();

    [Fact]
    public async Task Sample_EveryLaw_Holds()
    {
        foreach (var law in new SampleConformance().Laws) await law.CheckAsync();
        Assert.IsType<NewestVersionLoadBalancer>(new PoolOptions().WithNewestVersion().LoadBalancer(ServiceEnvironment.System.Random("sample")));
    }

    [Theory, MemberData(nameof(BrokenNames))]
    public async Task Policy_ThatBreaksALaw_IsCaughtByIt(string name)
    {
        var (law, create) = Broken[name];
        var failures = new List<ConformanceException>();
        foreach (var one in new SpoiltConformance(create).Laws)
        {
            try
            {
                await one.CheckAsync();
            }
            catch (ConformanceException e)
            {
                failures.Add(e);
            }
        }

        Assert.Contains(failures, f => f.Law == law);
        Assert.All(failures, static f => Assert.Contains(BalancerLaws.Sentence(f.Law), f.Message, StringComparison.Ordinal));
    }

    private sealed class SampleConformance : LoadBalancerConformance
    {
        protected override bool RespectsWeights => false;

        protected override ILoadBalancer Create(RandomStream random) => new NewestVersionLoadBalancer();
    }

    private sealed class SpoiltConformance(Func<RandomStream, ILoadBalancer> create) : LoadBalancerConformance
    {
        protected override ILoadBalancer Create(RandomStream random) => create(random);
    }

    private sealed class Spoilt(Func<EndpointSnapshot, PickContext, Endpoint?> pick) : ILoadBalancer
    {
        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(snapshot, pick);

        private sealed class Picker(EndpointSnapshot snapshot, Func<EndpointSnapshot, PickContext, Endpoint?> pick) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context) => pick(snapshot, context);
        }
    }

    // One index for the pickers of all snapshots: sooner or later it points beyond the end of a shorter one.
    private sealed class Racy : ILoadBalancer
    {
        private int _index;

        public IEndpointPicker CreatePicker(EndpointSnapshot snapshot) => new Picker(this, snapshot);

        private sealed class Picker(Racy owner, EndpointSnapshot snapshot) : IEndpointPicker
        {
            public Endpoint? Pick(in PickContext context)
            {
                if (snapshot.Eligible.IsEmpty) return null;
                return snapshot.Eligible[owner._index++ % 8];
            }
        }
    }
}
