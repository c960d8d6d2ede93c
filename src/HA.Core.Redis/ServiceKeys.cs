using StackExchange.Redis;

namespace HA.Core.Redis;

/// <summary>The keys of one service. The braces keep all of them on one node of a cluster, as atomic scripts need.</summary>
internal sealed class ServiceKeys
{
    internal ServiceKeys(string prefix, string service)
    {
        ServiceInstance.RequireValidService(service);
        var root = $"{prefix}:{{{service}}}:";
        All = [root + "entries", root + "owners", root + "deadlines", root + "departed", root + "gone", root + "meta"];
        Channel = root + "changed";
    }

    /// <summary>In the order in which the scripts expect them.</summary>
    internal RedisKey[] All { get; }

    /// <summary>Where a change is announced.</summary>
    internal string Channel { get; }
}
