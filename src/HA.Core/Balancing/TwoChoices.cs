using System.Runtime.CompilerServices;

namespace HA.Core.Balancing;

/// <summary>Draws two different candidates of a list.</summary>
internal static class TwoChoices
{
    /// <summary>Two different indexes, each pair equally likely in either order.</summary>
    /// <remarks>
    /// One draw gives both: its halves are independent. The second skips over the first, without a branch, since neither
    /// this comparison nor the one that follows can be predicted.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Draw(RandomStream random, int count, out uint first, out uint second)
    {
        var bits = random.NextUInt64();
        first = (uint)(((bits >> 32) * (uint)count) >> 32);
        second = (uint)(((bits & uint.MaxValue) * (uint)(count - 1)) >> 32);
        second += (uint)~((int)(second - first) >> 31) & 1;
    }

    /// <summary>The second index if its load is less, else the first; without a branch.</summary>
    /// <remarks>Loads are far from the ends of their range, so the difference does not overflow.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Less(long loadOfFirst, long loadOfSecond, uint first, uint second) =>
        first ^ ((first ^ second) & (uint)((loadOfSecond - loadOfFirst) >> 63));

    /// <inheritdoc cref="Less(long, long, uint, uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Less(int loadOfFirst, int loadOfSecond, uint first, uint second) =>
        first ^ ((first ^ second) & (uint)((loadOfSecond - loadOfFirst) >> 31));

    /// <summary>Two different indexes, drawn by weight.</summary>
    internal static void Draw(RandomStream random, AliasTable weights, int count, out uint first, out uint second)
    {
        first = weights.Draw(random);
        second = weights.Draw(random);
        // If nearly all weight is on one, it is drawn again and again; then anybody will do.
        if (second == first) second = weights.Draw(random);
        if (second != first) return;
        second = (uint)random.Next(count - 1);
        if (second >= first) second++;
    }
}
