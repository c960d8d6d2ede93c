using System.Runtime.InteropServices;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>A call that names an endpoint goes there while it may be picked; another policy chooses for all others.</summary>
/// <remarks>
/// Nothing is remembered here: after the first call of a session its caller keeps <see cref="KeyOf"/> of the endpoint that
/// served it, in a cookie for example, and gives it as <see cref="PickContext.HashKey"/> with each later one. If the endpoint
/// is gone, unfit, or has just failed this call, the call goes elsewhere, and the session with it.
/// </remarks>
public sealed class StickyLoadBalancer : ILoadBalancer, IAsyncDisposable
{
    private readonly ILoadBalancer _inner;

    /// <summary>Creates the policy.</summary>
    public StickyLoadBalancer(RandomStream random, Func<RandomStream, ILoadBalancer> inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner(random);
    }

    /// <summary>The key that leads back to an endpoint: the same in every process.</summary>
    public static ulong KeyOf(Endpoint endpoint) => HashKey.Of(endpoint.Instance.Id);

    /// <summary>Ends the policies inside; a pool does that for its own.</summary>
    public ValueTask DisposeAsync() => InnerPolicies.DisposeAsync([_inner]);

    /// <inheritdoc/>
    public IEndpointPicker CreatePicker(EndpointSnapshot snapshot)
    {
        var endpoints = (Endpoint[])ImmutableCollectionsMarshal.AsArray(snapshot.Eligible)!.Clone();
        var keys = Array.ConvertAll(endpoints, KeyOf);
        Array.Sort(keys, endpoints);
        return new Picker(keys, endpoints, _inner.CreatePicker(snapshot));
    }

    private sealed class Picker(ulong[] keys, Endpoint[] endpoints, IEndpointPicker inner) : IEndpointPicker
    {
        public Endpoint? Pick(in PickContext context)
        {
            if (context.HashKey != 0 && context.Attempt == 0 && Array.BinarySearch(keys, context.HashKey) is >= 0 and var at)
                return endpoints[at];
            return inner.Pick(context);
        }
    }
}
