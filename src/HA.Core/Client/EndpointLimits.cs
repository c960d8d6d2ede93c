using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HA.Core.Balancing;
using HA.Core.Calls;
using HA.Core.Endpoints;

namespace HA.Core.Client;

/// <summary>Keeps each endpoint to as many calls as it was seen to bear. Safe for concurrent use.</summary>
internal sealed class EndpointLimits(ConcurrencyOptions options, TimeProvider time)
{
    private static readonly CallOutcome NothingLearnt = new(OutcomeKind.Ignored, TimeSpan.Zero, 0);

    // An endpoint's limit lives as long as the endpoint.
    private readonly ConditionalWeakTable<Endpoint, AdaptiveLimit> _limits = [];

    /// <summary>The limit of an endpoint.</summary>
    internal AdaptiveLimit Of(Endpoint endpoint) =>
        _limits.TryGetValue(endpoint, out var limit) ? limit : _limits.GetValue(endpoint, _ => new AdaptiveLimit(options));

    /// <summary>As <see cref="ServicePool.TryAcquire"/>, leaving out endpoints that are at their limit.</summary>
    /// <returns>Null with a lease; else why there is none.</returns>
    internal CallStatus? TryAcquire(ServicePool pool, in PickContext context, ReadOnlySpan<Endpoint> tried, out EndpointLease lease)
    {
        if (!pool.TryAcquire(context, tried, out lease)) return CallStatus.NoEndpoint;
        if (HasRoom(lease.Endpoint)) return null;
        List<Endpoint> full = [.. tried];
        while (true)
        {
            full.Add(lease.Endpoint);
            lease.Complete(NothingLearnt);
            var passedOver = CollectionsMarshal.AsSpan(full);
            if (pool.Snapshot.AreAll(passedOver) || !pool.TryAcquire(context, passedOver, out lease)) return CallStatus.Refused;
            var isFull = full.Contains(lease.Endpoint);
            if (!isFull && HasRoom(lease.Endpoint)) return null;
            if (!isFull) continue;
            lease.Complete(NothingLearnt);
            return CallStatus.Refused;
        }
    }

    internal void Record(Endpoint endpoint, in CallOutcome outcome) =>
        Of(endpoint).Record(outcome.Kind, outcome.Latency, endpoint.InFlight, time.GetElapsedTime(0, outcome.EndedAt));

    // The call that asks is counted already.
    private bool HasRoom(Endpoint endpoint) => endpoint.InFlight <= Of(endpoint).Current;
}
