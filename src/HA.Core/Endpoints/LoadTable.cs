namespace HA.Core.Endpoints;

/// <summary>Where an endpoint's calls in flight are counted. The default is: with the endpoint itself.</summary>
/// <param name="Row">The row; null for none.</param>
/// <param name="Index">The place in it.</param>
internal readonly record struct LoadPlace(int[]? Row, int Index);

/// <summary>Counts of calls in flight side by side, for policies that look at all of them at every pick.</summary>
/// <remarks>
/// A place never moves, so it is counted in without a lock. It is given out again once its endpoint has left and its last
/// call has ended. Rent and return under the pool's lock.
/// </remarks>
internal sealed class LoadTable
{
    internal const int RowLength = 1024;

    private readonly Queue<LoadPlace> _returned = new();
    private int[] _row = [];
    private int _used;

    internal LoadPlace Rent()
    {
        for (var left = _returned.Count; left > 0; left--)
        {
            var place = _returned.Dequeue();
            if (Volatile.Read(ref place.Row![place.Index]) == 0) return place;
            // Somebody who left still has calls.
            _returned.Enqueue(place);
        }

        if (_used == _row.Length) (_row, _used) = (new int[RowLength], 0);
        return new LoadPlace(_row, _used++);
    }

    internal void Return(LoadPlace place) => _returned.Enqueue(place);
}
