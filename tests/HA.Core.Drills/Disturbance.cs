using HA.Core.Servers;

namespace HA.Core.Drills;

/// <summary>Small trouble on the way: answers that are lost, requests that come late.</summary>
internal static class Disturbance
{
    /// <summary>Longest that a request is held up, as a share of the time to live.</summary>
    internal const double LongestDelay = 0.5;

    /// <summary>Makes one, or takes all back, and answers what it did.</summary>
    internal static string Make(FaultProxy proxy, Random random, TimeSpan timeToLive)
    {
        proxy.Pass();
        switch (random.Next(6))
        {
            case 0:
                return "nothing";
            case 1:
                proxy.DropNextResponse(breaks: true);
                return "lose an answer and the line";
            case 2:
                proxy.DropNextResponse(breaks: false);
                return "lose an answer";
            case 3:
                proxy.DelayUp = random.NextDouble() * LongestDelay * timeToLive;
                return $"requests {proxy.DelayUp.TotalMilliseconds:0} ms late";
            case 4:
                proxy.DelayDown = random.NextDouble() * LongestDelay * timeToLive;
                return $"answers {proxy.DelayDown.TotalMilliseconds:0} ms late";
            default:
                proxy.HalfOpen();
                return "half-open";
        }
    }
}
