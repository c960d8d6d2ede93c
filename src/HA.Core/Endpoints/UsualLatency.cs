namespace HA.Core.Endpoints;

/// <summary>What calls to the endpoints of a service usually take: what is presumed of one that is new to them.</summary>
/// <remarks>
/// The median of what they are remembered by, and those are peaks: an average would fall short of them, and a newcomer that is
/// as fast as the others would look faster. Of a large fleet a part is looked at, evenly spread.
/// </remarks>
internal static class UsualLatency
{
    private const int Most = 63;

    /// <summary>In ticks; 0 if nobody is known.</summary>
    internal static double Of(int count, Func<int, Endpoint> endpoint)
    {
        var latencies = new List<double>(Most);
        var step = (count + Most - 1) / Most;
        for (var at = 0; at < count; at += step)
        {
            ref readonly var facts = ref endpoint(at).Facts;
            if (facts.Successes >= Endpoint.SuccessesToTrust) latencies.Add(facts.Latency);
        }

        if (latencies.Count == 0) return 0;
        latencies.Sort();
        return latencies[latencies.Count / 2];
    }
}
