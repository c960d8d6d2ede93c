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
        if (endpoints.Length == 0 || Array.Exists(endpoints, static e => e.Place.Row is null)) return null;
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
        // 0 for a place that counts, the largest number for one that does not: over it, a count is the largest number.
        private readonly int[] _mask = Masked();
        private readonly Endpoint?[] _owners = new Endpoint?[LoadTable.RowLength];
        private int _length;

        internal int[] Counts { get; } = counts;

        internal void Add(Endpoint owner)
        {
            var place = owner.Place.Index;
            _mask[place] = 0;
            _owners[place] = owner;
            _length = Math.Max(_length, place + 1);
        }

        internal int Least()
        {
            var least = Vector512.Create(int.MaxValue);
            for (nuint at = 0; at < (nuint)_length; at += Lanes) least = Vector512.Min(least, Load(at));
            var result = int.MaxValue;
            for (var lane = 0; lane < (int)Lanes; lane++) result = Math.Min(result, least[lane]);
            return result;
        }

        internal int CountOf(int load)
        {
            var wanted = Vector512.Create(load);
            var found = Vector512<int>.Zero;
            // A lane that is equal is all ones, which is -1.
            for (nuint at = 0; at < (nuint)_length; at += Lanes) found -= Vector512.Equals(Load(at), wanted);
            return Vector512.Sum(found);
        }

        internal Endpoint? Find(int load, ref int k)
        {
            var wanted = Vector512.Create(load);
            for (nuint at = 0; at < (nuint)_length; at += Lanes)
            {
                var bits = Vector512.Equals(Load(at), wanted).ExtractMostSignificantBits();
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

        private static nuint Lanes => (nuint)Vector512<int>.Count;

        // Rows are a whole number of vectors long; what nobody uses is masked.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector512<int> Load(nuint at) =>
            Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(Counts), at)
            | Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(_mask), at);

        private static int[] Masked()
        {
            var mask = new int[LoadTable.RowLength];
            Array.Fill(mask, int.MaxValue);
            return mask;
        }
    }
}
