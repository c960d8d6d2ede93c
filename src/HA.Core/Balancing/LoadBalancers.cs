namespace HA.Core.Balancing;

/// <summary>The built-in policies by name, for configuration files and command lines.</summary>
public static class LoadBalancers
{
    /// <summary>Name of the default policy.</summary>
    public const string Default = "power-of-two-choices";

    private static readonly (string Name, string? Alias, Func<RandomStream, ILoadBalancer> Create)[] Known =
    [
        ("random", null, static r => new RandomLoadBalancer(r)),
        ("round-robin", "rr", static r => new RoundRobinLoadBalancer(r)),
        ("weighted-round-robin", "wrr", static r => new WeightedRoundRobinLoadBalancer(r)),
        ("least-requests", "least", static r => new LeastRequestsLoadBalancer(r)),
        (Default, "p2c", static r => new PowerOfTwoChoicesLoadBalancer(r)),
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
