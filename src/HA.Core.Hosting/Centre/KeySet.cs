using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Centre;

/// <summary>Where keys come from.</summary>
internal enum KeyOrigin
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>The disk.</summary>
    Stored,

    /// <summary>The centre.</summary>
    Live,
}

/// <summary>All keys at one moment. Not changed once it is there.</summary>
internal sealed class KeySet : ConfigurationProvider
{
    // What a thread sees in place of what everybody else sees: a change that is being tried, or one moment for several reads.
    [ThreadStatic]
    private static ImmutableDictionary<CentreProvider, KeySet>? _pinned;

    internal KeySet(SortedDictionary<string, string?> keys, KeyOrigin origin)
    {
        Data = keys;
        Origin = origin;
    }

    internal static KeySet Empty { get; } = new(new(StringComparer.OrdinalIgnoreCase), KeyOrigin.None);

    internal KeyOrigin Origin { get; }

    internal SortedDictionary<string, string?> Keys => (SortedDictionary<string, string?>)Data;

    internal bool HasKeysOf(KeySet other) => Keys.SequenceEqual(other.Keys);

    /// <summary>The same with one key more, or another value.</summary>
    internal KeySet With(string key, string? value) =>
        new(new(Keys, StringComparer.OrdinalIgnoreCase) { [key] = value }, Origin);

    /// <summary>What this thread was told to see; null for what everybody sees.</summary>
    internal static KeySet? PinnedFor(CentreProvider provider) => _pinned?.GetValueOrDefault(provider);

    /// <summary>Reads with some keys in place of the current ones, on this thread. What was pinned before stays so.</summary>
    internal static T Read<T>(IEnumerable<KeyValuePair<CentreProvider, KeySet>> pins, Func<T> read)
    {
        var before = _pinned;
        try
        {
            _pinned = ImmutableDictionary.CreateRange(pins).SetItems(before ?? ImmutableDictionary<CentreProvider, KeySet>.Empty);
            return read();
        }
        finally
        {
            _pinned = before;
        }
    }
}
