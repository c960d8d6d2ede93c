namespace HA.Core.Balancing;

/// <summary>The built-in policies by name, for configuration files and command lines.</summary>
public static class LoadBalancers
{
    /// <summary>Name of the default policy.</summary>
    public const string Default = "failure-aware";

    private static readonly (string Name, string? Alias, Func<RandomStream, ILoadBalancer> Create)[] Known =
    [
        ("random", null, static r => new RandomLoadBalancer(r)),
        ("round-robin", "rr", static r => new RoundRobinLoadBalancer(r)),
        ("relaxed-round-robin", null, static r => new RoundRobinLoadBalancer(r, isRelaxed: true)),
        ("weighted-round-robin", "wrr", static r => new WeightedRoundRobinLoadBalancer(r)),
        ("least-requests", "least", static r => new LeastRequestsLoadBalancer(r)),
        ("power-of-two-choices", "p2c", static r => new PowerOfTwoChoicesLoadBalancer(r)),
        ("peak-ewma", "ewma", static r => new PeakEwmaLoadBalancer(r)),
        ("failure-aware", null, static r => new FailureAwareLoadBalancer(r)),
        ("shared-load", null, static r => new SharedLoadLoadBalancer(r)),
        ("ring-hash", null, static r => new ConsistentHashLoadBalancer(r, HashScheme.Ring)),
        ("maglev", null, static r => new ConsistentHashLoadBalancer(r, HashScheme.Maglev)),
        ("rendezvous", null, static r => new ConsistentHashLoadBalancer(r, HashScheme.Rendezvous)),
        ("bounded-maglev", null, static r => new ConsistentHashLoadBalancer(r, HashScheme.Maglev, maxLoad: 1.25)),
    ];

    /// <summary>Names that <see cref="Create"/> understands, without their short forms.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(static k => k.Name)];

    /// <summary>Whether <paramref name="name"/> is a policy's name or short form.</summary>
    public static bool IsKnown(string name) => Array.Exists(Known, k => k.Name == name || k.Alias == name);

    /// <summary>A new policy.</summary>
    /// <exception cref="ArgumentException">No policy has this name; the message lists those that do.</exception>
    public static ILoadBalancer Create(string name, RandomStream random)
    {
        var index = Array.FindIndex(Known, k => k.Name == name || k.Alias == name);
        return index >= 0
            ? Known[index].Create(random)
            : throw new ArgumentException($"No balancer is called '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
    }
}
