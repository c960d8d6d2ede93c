using HA.Core.Balancing;

namespace HA.Core.Conformance.Tests.Balancers;

/// <summary>A policy by name, built in or wrapped, before the laws.</summary>
internal sealed class PolicyConformance(string policy) : LoadBalancerConformance
{
    internal static Dictionary<string, Func<RandomStream, ILoadBalancer>> Wrapped { get; } = new(StringComparer.Ordinal)
    {
        ["priority of p2c"] = static r => new PriorityLoadBalancer(r, Inner),
        ["zones of p2c"] = static r => new ZoneAwareLoadBalancer(r, Inner, "a", static () => ["a", "b"]),
        ["subset of p2c"] = static r => new SubsetLoadBalancer(r, Inner, static () => (0, 1), 500),
        ["sticky p2c"] = static r => new StickyLoadBalancer(r, Inner),
        ["ring-hash, bounded"] = static r => new ConsistentHashLoadBalancer(r, HashScheme.Ring, 1.25),
        ["rendezvous, bounded"] = static r => new ConsistentHashLoadBalancer(r, HashScheme.Rendezvous, 1.25),
        ["zones of the default"] = static r => new ZoneAwareLoadBalancer(
            r, static x => LoadBalancers.Create(LoadBalancers.Default, x), "a", static () => ["a", "b"]),
        ["probing"] = static r => new ProbingLoadBalancer(r, ServiceEnvironment.System, new Answers(r)),
        ["zones of probing"] = static r => new ZoneAwareLoadBalancer(
            r, static x => new ProbingLoadBalancer(x, ServiceEnvironment.System, new Answers(x)), "a", static () => ["a", "b"]),
    };

    internal static IEnumerable<string> Policies => [.. LoadBalancers.Names, .. Wrapped.Keys.Order(StringComparer.Ordinal)];

    protected override bool RespectsWeights => !policy.EndsWith("round-robin", StringComparison.Ordinal) || policy.StartsWith("weighted", StringComparison.Ordinal);

    protected override ILoadBalancer Create(RandomStream random) =>
        Wrapped.TryGetValue(policy, out var create) ? create(random) : LoadBalancers.Create(policy, random);

    private sealed class Answers(RandomStream random) : ILoadProbe
    {
        public ValueTask<LoadReport?> ProbeAsync(ServiceInstance instance, CancellationToken cancellationToken) =>
            ValueTask.FromResult<LoadReport?>(new LoadReport(random.Next(3), TimeSpan.FromMilliseconds(random.Next(10))));
    }

    private static PowerOfTwoChoicesLoadBalancer Inner(RandomStream random) => new(random);
}
