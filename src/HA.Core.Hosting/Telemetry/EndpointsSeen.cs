using System.Collections.Immutable;

namespace HA.Core.Hosting.Telemetry;

/// <summary>Counts the addresses that metrics would bear, so that they stop bearing any before there are too many.</summary>
/// <remarks>
/// Whoever collects metrics keeps a series for each address it ever saw, so those that have left count as well, and there is no way
/// back. Safe for concurrent use.
/// </remarks>
internal sealed class EndpointsSeen
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Address, int Port)> _seen = [];
    private volatile bool _areTooMany;

    /// <summary>Whether there are more than may be told apart.</summary>
    internal bool AreTooMany => _areTooMany;

    /// <summary>Adds those of a catalog, and answers true when there have become too many by it.</summary>
    internal bool Add(ImmutableArray<ServiceInstance> instances, int limit)
    {
        if (_areTooMany) return false;
        lock (_gate)
        {
            foreach (var instance in instances)
            {
                _seen.Add((instance.Address, instance.Port));
                if (_seen.Count <= limit) continue;
                if (_areTooMany) return false;
                _areTooMany = true;
                _seen.Clear();
                return true;
            }
        }

        return false;
    }
}
