using System.Globalization;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>
/// Uses the endpoints of the first priority while enough of them are fit, and the next ones for what these cannot carry;
/// inside a priority another policy chooses.
/// </summary>
/// <remarks>
/// A priority carries 1.4 times the share of its members that may be picked, at most everything; what is missing goes to
/// the next (the rule is Envoy's). So up to 28 % of a priority may be lost before the next gets anything.
/// </remarks>
public sealed class PriorityLoadBalancer : ILoadBalancer, IAsyncDisposable
{
    /// <summary>The metadata that names an instance's priority, a number from 0, unless told otherwise.</summary>
    public const string MetadataKey = "priority";

    private readonly RandomStream _random;
    private readonly Func<ServiceInstance, int> _priorityOf;
    private readonly Func<RandomStream, ILoadBalancer> _inner;
    private readonly SortedDictionary<int, ILoadBalancer> _balancers = [];

    /// <summary>Creates the policy.</summary>
    /// <param name="random">Which priority a call goes to.</param>
    /// <param name="inner">Makes the policy for each priority.</param>
    /// <param name="priorityOf">The priority of an instance; the least is used first. Null: what its metadata says, else 0.</param>
    public PriorityLoadBalancer(
        RandomStream random, Func<RandomStream, ILoadBalancer> inner, Func<ServiceInstance, int>? priorityOf = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(inner);
        _random = random;
        _inner = inner;
        _priorityOf = priorityOf ?? FromMetadata;
    }

    /// <summary>Ends the policies inside; a pool does that for its own.</summary>
    public ValueTask DisposeAsync() => InnerPolicies.DisposeAsync(_balancers.Values);

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var members = snapshot.All.ToLookup(e => _priorityOf(e.Instance));
        var eligible = snapshot.Eligible.ToLookup(e => _priorityOf(e.Instance));
        var priorities = members.Select(static g => g.Key).Order().ToArray();
        var pickers = Array.ConvertAll(
            priorities,
            p => BalancerOf(p).CreatePicker(snapshot with { All = [.. members[p]], Eligible = [.. eligible[p]] }));
        var health = Array.ConvertAll(priorities, p => 100 * eligible[p].Count() / members[p].Count());
        return new GroupPicker(_random, [.. pickers.Zip(Loads(health), static (picker, load) => (picker, load))]);
    }

    /// <summary>Which percentage of the calls each priority gets, given which percentage of each is fit.</summary>
    internal static int[] Loads(ReadOnlySpan<int> healthPercent)
    {
        var capacity = new int[healthPercent.Length];
        for (var i = 0; i < capacity.Length; i++) capacity[i] = Math.Min(100, healthPercent[i] * 140 / 100);
        // Too little for everything: then each gets more than it can carry, in proportion.
        var total = Math.Min(100, capacity.Sum());
        var loads = new int[capacity.Length];
        var left = 100;
        for (var i = 0; i < loads.Length && total > 0; i++) left -= loads[i] = Math.Min(left, ((capacity[i] * 100) + (total / 2)) / total);
        if (total > 0) loads[Array.FindIndex(capacity, static c => c > 0)] += left;
        return loads;
    }

    private ILoadBalancer BalancerOf(int priority)
    {
        if (!_balancers.TryGetValue(priority, out var balancer)) _balancers.Add(priority, balancer = _inner(_random));
        return balancer;
    }

    private static int FromMetadata(ServiceInstance instance) =>
        instance.Metadata.TryGetValue(MetadataKey, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var priority) ? priority : 0;
}
