using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HA.Core.Endpoints;

namespace HA.Core.Balancing;

/// <summary>The rows in which a pool counts calls in flight, as one picker sees them: whose place is whose.</summary>
/// <remarks>
/// A place that is not among the picker's is masked, so rows are read from end to end, as many places at once as the
/// processor has lanes.
/// </remarks>
internal sealed class LoadRows
{
    private readonly Row[] _rows;

    private LoadRows(Row[] rows) => _rows = rows;

    /// <summary>The rows of these endpoints; null if one of them keeps its count itself.</summary>
    internal static LoadRows? Of(Endpoint[] endpoints)
    {
        if (endpoints.Length == 0 || Array.Exists(endpoints, static e => e.Place.Table is null)) return null;
        var rows = new List<Row>();
        foreach (var endpoint in endpoints)
        {
            var place = endpoint.Place;
            // Neighbours in the list are nearly always neighbours in a row.
            var row = rows.FindLast(r => r.Counts == place.Row);
            if (row is null) rows.Add(row = new Row(place.Row!));
            row.Add(endpoint);
        }

        return new LoadRows([.. rows]);
    }

    /// <summary>The least count of all.</summary>
    internal int Least()
    {
        var least = int.MaxValue;
        foreach (var row in _rows) least = Math.Min(least, row.Least());
        return least;
    }

    /// <summary>How many have this count.</summary>
    internal int CountOf(int load)
    {
        var count = 0;
        foreach (var row in _rows) count += row.CountOf(load);
        return count;
    }

    /// <summary>The k-th, from 0, of those that have this count; null if there are fewer by now.</summary>
    internal Endpoint? Find(int load, int k)
    {
        foreach (var row in _rows)
        {
            if (row.Find(load, ref k) is { } found) return found;
        }

        return null;
    }

    /// <summary>The sum of all counts.</summary>
    internal long Total()
    {
        long total = 0;
        foreach (var row in _rows) total += row.Total();
        return total;
    }

    private sealed class Row(int[] counts)
    {
        // Places that are read in one turn of a loop: four vectors, whose results do not wait for each other.
        private const int Block = 32;

        // 0 for a place that counts, the largest number for one that does not: over it, a count is the largest number.
        private readonly int[] _mask = NobodyCounts();
        private readonly Endpoint?[] _owners = new Endpoint?[LoadTable.RowLength];
        private int _length;
        // Up to here, in whole blocks, every place counts.
        private nuint _withoutGap;

        internal int[] Counts { get; } = counts;

        internal void Add(Endpoint owner)
        {
            var place = owner.Place.Index;
            _mask[place] = 0;
            _owners[place] = owner;
            _length = Math.Max(_length, place + 1);
            while ((int)_withoutGap + Block <= _length && !_mask.AsSpan((int)_withoutGap, Block).ContainsAnyExcept(0))
                _withoutGap += Block;
        }

        internal int Least()
        {
            var least = Vector256.Create(int.MaxValue);
            var (second, third, fourth) = (least, least, least);
            nuint at = 0;
            for (; at < _withoutGap; at += Block)
            {
                least = Vector256.Min(least, Here(at));
                second = Vector256.Min(second, Here(at + Lanes));
                third = Vector256.Min(third, Here(at + (2 * Lanes)));
                fourth = Vector256.Min(fourth, Here(at + (3 * Lanes)));
            }

            for (; at < (nuint)_length; at += Lanes) least = Vector256.Min(least, Masked(at));
            least = Vector256.Min(Vector256.Min(least, second), Vector256.Min(third, fourth));
            var half = Vector128.Min(least.GetLower(), least.GetUpper());
            half = Vector128.Min(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
            return Math.Min(half[0], half[1]);
        }

        internal int CountOf(int load)
        {
            var wanted = Vector256.Create(load);
            var found = Vector256<int>.Zero;
            nuint at = 0;
            // A lane that is equal is all ones, which is -1.
            for (; at < _withoutGap; at += Block)
            {
                found += (Vector256.Equals(Here(at), wanted) + Vector256.Equals(Here(at + Lanes), wanted))
                    + (Vector256.Equals(Here(at + (2 * Lanes)), wanted) + Vector256.Equals(Here(at + (3 * Lanes)), wanted));
            }

            for (; at < (nuint)_length; at += Lanes) found += Vector256.Equals(Masked(at), wanted);
            return -Vector256.Sum(found);
        }

        internal Endpoint? Find(int load, ref int k)
        {
            var wanted = Vector256.Create(load);
            for (nuint at = 0; at < (nuint)_length; at += Block)
            {
                var bits = Bits(at, wanted) | (Bits(at + Lanes, wanted) << 8)
                    | (Bits(at + (2 * Lanes), wanted) << 16) | (Bits(at + (3 * Lanes), wanted) << 24);
                var here = BitOperations.PopCount(bits);
                if (k >= here)
                {
                    k -= here;
                    continue;
                }

                for (; k > 0; k--) bits &= bits - 1;
                return _owners[(int)at + BitOperations.TrailingZeroCount(bits)];
            }

            return null;
        }

        internal long Total()
        {
            long total = 0;
            for (var at = 0; at < _length; at++) total += Counts[at] & ~_mask[at];
            return total;
        }

        private static nuint Lanes => (nuint)Vector256<int>.Count;

        // A bit for each of the vector's places that have the count.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private uint Bits(nuint at, Vector256<int> wanted) => Vector256.Equals(Masked(at), wanted).ExtractMostSignificantBits();

        // Rows are a whole number of blocks long; what nobody uses is masked.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<int> Masked(nuint at) => Here(at) | Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_mask), at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector256<int> Here(nuint at) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Counts), at);

        private static int[] NobodyCounts()
        {
            var mask = new int[LoadTable.RowLength];
            Array.Fill(mask, int.MaxValue);
            return mask;
        }
    }
}
