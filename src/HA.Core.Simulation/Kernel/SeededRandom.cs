using System.Numerics;

namespace HA.Core.Simulation.Kernel;

/// <summary>
/// Chance that repeats: xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64 (Steele et al. 2014).
/// </summary>
/// <remarks>
/// A stream is a function of seed, purpose and entity, so an added actor disturbs nobody and two policies can be
/// compared on the same chance. Not safe for concurrent use.
/// </remarks>
public sealed class SeededRandom : RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>The stream of one entity for one purpose in the simulation of one seed.</summary>
    public SeededRandom(ulong seed, string purpose, string entity)
        : this(Combine(seed, purpose, entity))
    {
    }

    internal SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    internal SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <inheritdoc/>
    public override ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    internal static ulong SplitMix(ref ulong state) => StableHash.Mix(state += Golden);

    // Mixed after each part, so that ("ab", "c") and ("a", "bc") differ, and so do swapped parts.
    private static ulong Combine(ulong seed, string purpose, string entity)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(entity);
        return StableHash.Of(entity, StableHash.Of(purpose, StableHash.Mix(seed + Golden)));
    }
}
