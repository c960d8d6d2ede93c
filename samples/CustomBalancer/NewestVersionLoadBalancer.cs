using HA.Core.Balancing;
using HA.Core.Client;
using HA.Core.Endpoints;

namespace HA.Core.Samples;

/// <summary>A policy of one's own: calls go to instances of the newest version, turn by turn.</summary>
public sealed class NewestVersionLoadBalancer : ILoadBalancer
{
    /// <summary>Once for each snapshot: what can be decided beforehand is decided here.</summary>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var newest = snapshot.Eligible.Select(static e => e.Instance.Version).Max(StringComparer.Ordinal);
        return new Picker([.. snapshot.Eligible.Where(e => e.Instance.Version == newest)]);
    }

    private sealed class Picker(Endpoint[] endpoints) : IEndpointPicker
    {
        private int _turn;

        /// <summary>For each call: no lock, no allocation, null only for nobody.</summary>
        public Endpoint? Pick(in PickContext context) =>
            endpoints.Length == 0 ? null : endpoints[(uint)Interlocked.Increment(ref _turn) % (uint)endpoints.Length];
    }
}

/// <summary>What its users write: <c>new PoolOptions().WithNewestVersion()</c>.</summary>
public static class NewestVersionOptions
{
    /// <summary>The same options with this policy.</summary>
    public static PoolOptions WithNewestVersion(this PoolOptions options) =>
        options with { LoadBalancer = static _ => new NewestVersionLoadBalancer() };
}
