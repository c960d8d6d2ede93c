using System.Runtime.InteropServices;

namespace HA.Core.Http;

/// <summary>Addresses that requests were sent to lately: one that is asked for again is not made again.</summary>
/// <remarks>
/// Making a <see cref="Uri"/> costs more than all else that is done for a call, and whoever sends the request then takes it
/// apart, which it remembers. So many places and no more: what comes to a place that is taken takes it over, so it may
/// forget, and never mixes up. Safe for concurrent use.
/// </remarks>
internal sealed class AddressCache
{
    private const int Places = 4096;
    // Longer ones hardly come twice, and would make what is kept large.
    private const int LongestKept = 256;
    private const ulong Prime = 1099511628211;

    private static readonly UriCreationOptions Canonical = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Uri?[] _places = new Uri?[Places];

    /// <summary>The address of a path, query included, which is canonical already, on an instance.</summary>
    /// <param name="origin">The instance's own address, as far as the slash after its port.</param>
    /// <param name="path">What comes after that, the slash included.</param>
    internal Uri Of(ReadOnlySpan<char> origin, ReadOnlySpan<char> path)
    {
        if (origin.Length + path.Length > LongestKept) return Make(origin, path);
        ref var place = ref _places[(int)(StableHash.Mix(Hash(path, Hash(origin, 0))) % Places)];
        if (Volatile.Read(ref place) is { } known && Is(known.OriginalString, origin, path)) return known;
        var made = Make(origin, path);
        Volatile.Write(ref place, made);
        return made;
    }

    private static Uri Make(ReadOnlySpan<char> origin, ReadOnlySpan<char> path) => new(string.Concat(origin, path), Canonical);

    private static bool Is(ReadOnlySpan<char> known, ReadOnlySpan<char> origin, ReadOnlySpan<char> path) =>
        known.Length == origin.Length + path.Length && known.EndsWith(path) && known.StartsWith(origin);

    // FNV-1a, four characters at a time.
    private static ulong Hash(ReadOnlySpan<char> text, ulong hash)
    {
        var words = MemoryMarshal.Cast<char, ulong>(text);
        foreach (var word in words) hash = (hash ^ word) * Prime;
        foreach (var c in text[(words.Length * 4)..]) hash = (hash ^ c) * Prime;
        return hash;
    }
}
