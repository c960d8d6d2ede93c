namespace HA.Core;

/// <summary>A string hash that is the same in every process and on every machine.</summary>
/// <remarks>FNV-1a over UTF-16 code units with a final avalanche (David Stafford's mix 13, as in SplitMix64).</remarks>
internal static class StableHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    internal static ulong Of(string text, ulong seed = 0)
    {
        var hash = Offset ^ seed;
        foreach (var c in text) hash = (hash ^ c) * Prime;
        return Mix(hash);
    }

    internal static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
