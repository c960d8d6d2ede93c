using HA.Core.Simulation.Distributions;

namespace HA.Core.Simulation.Model;

/// <summary>A group of places that messages travel between.</summary>
internal enum PlaceKind : byte
{
    Client,
    Instance,
    Registry,
}

/// <summary>A place that messages travel from and to.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Name">Name of the client or instance.</param>
internal sealed record Place(PlaceKind Kind, string Name);

/// <summary>A directional rule that acts on messages while a fault lasts.</summary>
internal interface INetworkRule
{
    /// <summary>Whether a message on this way is lost without a word.</summary>
    bool Loses(Place from, Place to);
}

/// <summary>Decides for each message, one way, how long it travels or that it is lost.</summary>
internal sealed class VirtualNetwork(Distribution latency, RandomStream random)
{
    internal const long Lost = -1;

    private readonly List<INetworkRule> _rules = [];

    /// <summary>Whether no rule is in force.</summary>
    internal bool IsWhole => _rules.Count == 0;

    /// <summary>How many rules came into force so far.</summary>
    internal int Cuts { get; private set; }

    internal void Add(INetworkRule rule)
    {
        Cuts++;
        _rules.Add(rule);
    }

    internal void Remove(INetworkRule rule) => _rules.Remove(rule);

    /// <summary>Ticks that a message needs, or <see cref="Lost"/>.</summary>
    internal long Judge(Place from, Place to) => Loses(from, to) ? Lost : latency.SampleTicks(random);

    /// <summary>Whether a message on this way is lost just now.</summary>
    internal bool Loses(Place from, Place to)
    {
        foreach (var rule in _rules)
        {
            if (rule.Loses(from, to)) return true;
        }

        return false;
    }
}
