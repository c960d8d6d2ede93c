using System.Runtime.CompilerServices;

namespace HA.Core.Balancing;

/// <summary>Draws an index with a chance in proportion to its weight, in constant time.</summary>
/// <remarks>
/// Each column holds the item of its number up to a limit and another above it (Walker, ACM TOMS 1977; built as in Vose, IEEE TSE 1991).
/// Column and limit come from the two halves of one draw, and the choice between the two items has no branch: it could
/// not be predicted.
/// </remarks>
internal sealed class AliasTable
{
    private readonly Column[] _columns;

    /// <param name="weights">Not all 0.</param>
    internal AliasTable(ReadOnlySpan<int> weights)
    {
        _columns = new Column[weights.Length];
        long total = 0;
        foreach (var weight in weights) total += weight;
        // In units of which a column holds total, so all of this is exact.
        var shares = new long[weights.Length];
        var (small, large) = (new Stack<int>(weights.Length), new Stack<int>(weights.Length));
        for (var i = 0; i < weights.Length; i++)
        {
            shares[i] = (long)weights[i] * weights.Length;
            (shares[i] < total ? small : large).Push(i);
        }

        while (small.TryPop(out var poor))
        {
            var rich = large.Peek();
            _columns[poor] = new Column((uint)Part(shares[poor], total), (uint)rich);
            shares[rich] -= total - shares[poor];
            if (shares[rich] < total) small.Push(large.Pop());
        }

        foreach (var full in large) _columns[full] = new Column(uint.MaxValue, (uint)full);
    }

    // In units of 2^-32, rounded down. Few services have so much weight that a long division is needed.
    private static ulong Part(long share, long total) =>
        total <= uint.MaxValue ? ((ulong)share << 32) / (ulong)total : (ulong)(((UInt128)share << 32) / (UInt128)total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Draw(RandomStream random)
    {
        var columns = _columns;
        var bits = random.NextUInt64();
        var own = (uint)(((bits >> 32) * (uint)columns.Length) >> 32);
        var (limit, other) = columns[own];
        // All ones if the lower half is under the limit.
        var isOwn = (uint)((long)((bits & uint.MaxValue) - limit) >> 63);
        return other ^ ((own ^ other) & isOwn);
    }

    private readonly record struct Column(uint Limit, uint Other);
}
