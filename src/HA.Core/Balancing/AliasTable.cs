using System.Buffers;
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
        // Rented: fresh memory for ten thousand weights costs more than what is done in it.
        var shares = ArrayPool<long>.Shared.Rent(weights.Length);
        // The small ones from the left, and the large ones from the right.
        var order = ArrayPool<int>.Shared.Rent(weights.Length);
        int small = 0, large = weights.Length;
        for (var i = 0; i < weights.Length; i++)
        {
            // In units of which a column holds total, so all of this is exact.
            shares[i] = (long)weights[i] * weights.Length;
            order[shares[i] < total ? small++ : --large] = i;
        }

        while (small > 0)
        {
            int poor = order[--small], rich = order[large];
            _columns[poor] = new Column((uint)Part(shares[poor], total), (uint)rich);
            shares[rich] -= total - shares[poor];
            if (shares[rich] >= total) continue;
            large++;
            order[small++] = rich;
        }

        foreach (var full in order.AsSpan(large, weights.Length - large)) _columns[full] = new Column(uint.MaxValue, (uint)full);
        ArrayPool<long>.Shared.Return(shares);
        ArrayPool<int>.Shared.Return(order);
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
