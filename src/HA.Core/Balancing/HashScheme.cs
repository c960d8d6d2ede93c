namespace HA.Core.Balancing;

/// <summary>How keys are spread over endpoints so that few of them move when endpoints come and go.</summary>
public enum HashScheme
{
    /// <summary>Each endpoint has 160 points on a ring for its weight; a key belongs to the next one. Nothing moves needlessly.</summary>
    Ring = 0,

    /// <summary>A table that endpoints take turns to fill: the cheapest pick, the most even shares, and very few needless moves.</summary>
    Maglev = 1,

    /// <summary>The endpoint with the highest score for the key. No table, nothing moves needlessly; looks at every endpoint.</summary>
    Rendezvous = 2,
}
