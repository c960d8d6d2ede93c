using System.Collections.Immutable;

namespace HA.Core.Endpoints;

/// <summary>What calls to the endpoints of a service usually take: what is presumed of one that nobody has called yet.</summary>
/// <remarks>
/// The median of what they are remembered by, and those are peaks: an average would fall short of them, and a newcomer that is
/// as fast as the others would look faster. Of a large fleet a part is looked at, evenly spread.
/// </remarks>
internal static class UsualLatency
{
    private const int Most = 63;

    /// <summary>In ticks; 0 if nobody is known.</summary>
    internal static double Of(ImmutableArray<Endpoint> endpoints)
    {
        var latencies = new List<double>(Most);
        var step = (endpoints.Length + Most - 1) / Most;
        for (var at = 0; at < endpoints.Length; at += step)
        {
            ref readonly var facts = ref endpoints[at].Facts;
            if (facts.Successes >= Endpoint.SuccessesToTrust) latencies.Add(facts.Latency);
        }

        if (latencies.Count == 0) return 0;
        latencies.Sort();
        return latencies[latencies.Count / 2];
    }
}
