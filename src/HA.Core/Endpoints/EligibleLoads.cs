using System.Runtime.CompilerServices;

namespace HA.Core.Endpoints;

/// <summary>The counts of calls in flight of a snapshot's eligible endpoints, in their order: read without a look at any of them.</summary>
/// <remarks>Many endpoints do not fit into a processor's caches; their counts do.</remarks>
internal sealed class EligibleLoads
{
    private readonly LoadTable _table;
    private readonly int[][] _rows;
    private readonly int[] _places;

    private EligibleLoads(LoadTable table, int[] places)
    {
        _table = table;
        _rows = table.Rows;
        _places = places;
    }

    /// <summary>The calls in flight of the endpoints at two indexes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Read(uint first, uint second, out int ofFirst, out int ofSecond)
    {
        var (places, rows) = (_places, _rows);
        uint one = (uint)places[first], other = (uint)places[second];
        ofFirst = rows[one / LoadTable.RowLength][one % LoadTable.RowLength];
        ofSecond = rows[other / LoadTable.RowLength][other % LoadTable.RowLength];
    }

    /// <summary>The counts of these endpoints; null if they are not all in one table.</summary>
    internal static EligibleLoads? Of(ReadOnlySpan<Endpoint> endpoints)
    {
        if (endpoints.IsEmpty || endpoints[0].Place.Table is not { } table) return null;
        var places = new int[endpoints.Length];
        for (var i = 0; i < places.Length; i++)
        {
            var place = endpoints[i].Place;
            if (place.Table != table) return null;
            places[i] = place.Number;
        }

        return new EligibleLoads(table, places);
    }

    /// <summary>The same after one has come in, or gone, at this index.</summary>
    internal EligibleLoads Edited(int at, bool isIn, Endpoint changed) =>
        new(_table, ArrayEdit.At(_places, at, isIn, changed.Place.Number));
}
