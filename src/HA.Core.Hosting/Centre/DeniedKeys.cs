using Microsoft.Extensions.Configuration;

namespace HA.Core.Hosting.Centre;

/// <summary>Keys that somebody else than the program's own operator may not set.</summary>
/// <param name="patterns">
/// Keys, each with all that is below it; a segment <c>*</c> stands for any. Case does not count, as in all configuration.
/// </param>
internal sealed class DeniedKeys(IEnumerable<string> patterns)
{
    private readonly string[][] _patterns = [.. patterns.Select(static p => p.Split(ConfigurationPath.KeyDelimiter))];

    internal bool Contains(string key)
    {
        var segments = key.Split(ConfigurationPath.KeyDelimiter);
        return Array.Exists(_patterns, p => p.Length <= segments.Length && Covers(p, segments));
    }

    private static bool Covers(string[] pattern, string[] segments)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != "*" && !string.Equals(pattern[i], segments[i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }
}
