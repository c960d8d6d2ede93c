using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>A balancing policy: turns each snapshot of a service into a picker. One instance serves one pool.</summary>
/// <remarks>
/// Called under the pool's lock, one snapshot at a time: build tables here, and keep in the policy only what must outlive
/// a snapshot. Laws, each with a conformance test whose name repeats it:
/// <list type="number">
/// <item>A picker picks nobody outside <see cref="EndpointSnapshot.Eligible"/> of its snapshot.</item>
/// <item>It answers null if and only if that is empty.</item>
/// <item>It neither throws nor blocks nor allocates, whatever the call.</item>
/// <item>Pickers, old ones too, may be asked by any number of threads while others are made.</item>
/// <item>Every eligible endpoint is picked sooner or later, and endpoints that are alike get about the same.</item>
/// <item>An endpoint's share of the calls is that of its weight, while all do equally well.</item>
/// </list>
/// The last one is for policies that look at weights at all.
/// </remarks>
public interface ILoadBalancer
{
    /// <summary>Makes the picker for a snapshot.</summary>
    IEndpointPicker CreatePicker(EndpointSnapshot snapshot);
}

/// <summary>Picks an endpoint for a call. Made once per snapshot, used by every call until the next.</summary>
/// <remarks>Safe for concurrent use; lock-free.</remarks>
public interface IEndpointPicker
{
    /// <summary>The endpoint to call, or null if none is eligible.</summary>
    Endpoint? Pick(in PickContext context);
}

/// <summary>What a policy may know of the call.</summary>
/// <param name="Attempt">0 for the first attempt of a call, 1 for its first retry, and so on.</param>
/// <param name="HashKey">What the call is about, for policies that keep the same key on the same endpoint; 0 if nothing.</param>
/// <param name="Now">The moment, as a timestamp of the environment's clock; 0 for whoever needs it to look for himself.</param>
public readonly record struct PickContext(int Attempt = 0, ulong HashKey = 0, long Now = 0);
