namespace HA.Core.Endpoints;

/// <summary>Copies of arrays with one item more or less.</summary>
internal static class ArrayEdit
{
    /// <summary>The items with one put in at an index, or without the one there.</summary>
    internal static T[] At<T>(ReadOnlySpan<T> before, int at, bool isIn, T item)
    {
        var after = new T[before.Length + (isIn ? 1 : -1)];
        before[..at].CopyTo(after);
        if (isIn) after[at] = item;
        before[(isIn ? at : at + 1)..].CopyTo(after.AsSpan(isIn ? at + 1 : at));
        return after;
    }
}
