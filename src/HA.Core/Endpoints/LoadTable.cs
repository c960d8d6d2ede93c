namespace HA.Core.Endpoints;

/// <summary>Where an endpoint's calls in flight are counted. The default is: with the endpoint itself.</summary>
/// <param name="Table">The table; null for none.</param>
/// <param name="Number">The place in it.</param>
internal readonly record struct LoadPlace(LoadTable? Table, int Number)
{
    /// <summary>The row of the place; null for none.</summary>
    internal int[]? Row => Table?.Rows[Number / LoadTable.RowLength];

    /// <summary>The place in its row.</summary>
    internal int Index => Number % LoadTable.RowLength;
}

/// <summary>Counts of calls in flight side by side, for policies that read many of them.</summary>
/// <remarks>
/// A place never moves, so it is counted in without a lock. It is given out again once its endpoint has left and its last
/// call has ended. Rent and return under the pool's lock.
/// </remarks>
internal sealed class LoadTable
{
    internal const int RowLength = 1024;

    /// <summary>
    /// So many endpoints do not fit into a processor's caches, but their counts do; and among so many, two threads seldom
    /// meet on one cache line. Fewer are better off with a count each has to itself.
    /// </summary>
    internal const int FromEndpoints = 2048;

    private readonly Queue<LoadPlace> _returned = new();
    private int _used;

    /// <summary>The rows; never changed, but replaced when there are more.</summary>
    internal int[][] Rows { get; private set; } = [];

    internal LoadPlace Rent()
    {
        for (var left = _returned.Count; left > 0; left--)
        {
            var place = _returned.Dequeue();
            if (Volatile.Read(ref place.Row![place.Index]) == 0) return place;
            // Somebody who left still has calls.
            _returned.Enqueue(place);
        }

        if (_used == Rows.Length * RowLength) Rows = [.. Rows, new int[RowLength]];
        return new LoadPlace(this, _used++);
    }

    internal void Return(LoadPlace place) => _returned.Enqueue(place);
}
