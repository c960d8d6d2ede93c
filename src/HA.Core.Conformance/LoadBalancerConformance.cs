using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Conformance;

/// <summary>
/// Holds a policy to the laws of <see cref="ILoadBalancer"/>. Knows no test framework: each law is a method that throws
/// <see cref="ConformanceException"/>, and <see cref="Laws"/> lists them all.
/// </summary>
/// <remarks>
/// All that the author of a policy writes, here for xunit:
/// <code>
/// public sealed class MyBalancerConformance : LoadBalancerConformance
/// {
///     protected override ILoadBalancer Create(RandomStream random) =&gt; new MyLoadBalancer(random);
///
///     public static TheoryData&lt;string&gt; Names =&gt; new(new MyBalancerConformance().Laws.Select(l =&gt; l.Name));
///
///     [Theory, MemberData(nameof(Names))]
///     public Task Holds(string name) =&gt; Laws.Single(l =&gt; l.Name == name).CheckAsync();
/// }
/// </code>
/// The policy is judged inside a real pool. Nothing is timed.
/// </remarks>
public abstract partial class LoadBalancerConformance
{
    private const string Service = "conformance";
    private const int Picks = 20_000;

    private IReadOnlyList<ConformanceLaw>? _laws;

    /// <summary>Every test of every law, in the order of the laws.</summary>
    public IReadOnlyList<ConformanceLaw> Laws => _laws ??=
    [
        Law(1, nameof(Law01_NobodyOutsideEligibleIsPicked), Law01_NobodyOutsideEligibleIsPicked),
        Law(2, nameof(Law02_NullIfAndOnlyIfNobodyIsEligible), Law02_NullIfAndOnlyIfNobodyIsEligible),
        Law(3, nameof(Law03_APickAllocatesNothing), Law03_APickAllocatesNothing),
        Law(3, nameof(Law03_APickNeverThrows), Law03_APickNeverThrows),
        Law(4, nameof(Law04_ThreadsAndNewSnapshotsDoNoHarm), Law04_ThreadsAndNewSnapshotsDoNoHarm),
        Law(5, nameof(Law05_EqualEndpointsGetAboutTheSame), Law05_EqualEndpointsGetAboutTheSame),
        Law(6, nameof(Law06_SharesAreByWeight), Law06_SharesAreByWeight),
    ];

    /// <summary>Clock, chance and threads of the trials.</summary>
    /// <value>The machine's by default.</value>
    protected virtual ServiceEnvironment Environment => ServiceEnvironment.System;

    /// <summary>Whether the policy looks at weights at all; if not, law 6 is passed over.</summary>
    /// <value>The default is true.</value>
    protected virtual bool RespectsWeights => true;

    /// <summary>Largest factor by which the share of an endpoint may miss what it should be.</summary>
    /// <value>The default is 1.4, wide enough for a ring of hashes.</value>
    protected virtual double Tolerance => 1.4;

    /// <summary>Makes the policy to be judged; one for each trial.</summary>
    protected abstract ILoadBalancer Create(RandomStream random);

    private protected ServicePool Pool(params int[] weights)
    {
        var pool = new ServicePool(Service, Environment, new PoolOptions { LoadBalancer = Create });
        pool.Apply(Catalog(1, weights));
        return pool;
    }

    private static ServiceCatalog Catalog(long revision, int[] weights) => ServiceCatalog.Create(
        Service, revision, weights.Select(static (w, i) => new ServiceInstance(Service, $"{i:000}", $"10.0.0.{i + 1}", 80) { Weight = w }));

    private static ConformanceLaw Law(int number, string name, Func<Task> check) => new(number, name, async () =>
    {
        try
        {
            await check().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ConformanceException)
        {
            throw new ConformanceException(number, BalancerLaws.Sentence(number), $"{e.GetType().Name}: {e.Message}", e);
        }
    });

    private RandomStream Chance => Environment.Random("conformance");

    // Calls of every kind: with a key and without, first attempts and retries.
    private static PickContext Call(int number) =>
        new(number % 5 == 4 ? number % 3 : 0, number % 2 == 0 ? 0 : HashKey.Of($"{number}"), number % 7 == 0 ? 0 : 1 + number);

    private static void Require(int law, bool holds, string otherwise)
    {
        if (!holds) throw new ConformanceException(law, BalancerLaws.Sentence(law), otherwise);
    }

    private static string NameOf(Endpoint? endpoint) => endpoint is null ? "nobody" : $"'{endpoint.Instance.Id}'";
}
