namespace HA.Core.Simulation.Trace;

/// <summary>Where two traces part.</summary>
/// <param name="Index">Number of the first record that differs, from 0.</param>
/// <param name="Text">The last records in common and the two that differ, for people.</param>
public sealed record TraceDifference(long Index, string Text);

/// <summary>Finds where two runs part.</summary>
public static class TraceDiff
{
    private const int Context = 5;

    /// <summary>Compares two files record by record, names included; null if they tell the same.</summary>
    /// <remarks>Holds a chunk of each in memory. The seeds in the headers are not compared.</remarks>
    /// <exception cref="InvalidDataException">One of them is not a whole trace.</exception>
    public static TraceDifference? Compare(Stream left, Stream right)
    {
        var a = new TraceReader(left);
        var b = new TraceReader(right);
        var common = new Queue<TraceRecord>(Context);
        for (long index = 0; ; index++)
        {
            var hasA = a.TryRead(out var x);
            var hasB = b.TryRead(out var y);
            if (!hasA && !hasB) return null;
            if (hasA != hasB || !IsSame(x, a, y, b))
            {
                var lines = common.Select(r => $"  {TraceText.Render(r, a)}")
                    .Append($"< {(hasA ? TraceText.Render(x, a) : "(the end)")}")
                    .Append($"> {(hasB ? TraceText.Render(y, b) : "(the end)")}");
                return new(index, $"The traces part at record {index}\n{string.Join('\n', lines)}\n");
            }

            if (common.Count == Context) common.Dequeue();
            common.Enqueue(x);
        }
    }

    /// <summary>
    /// The first chunk whose hashes differ, or -1 if all agree; see <see cref="TraceRecorder.ChunkHashes"/>.
    /// </summary>
    public static int FirstDifferentChunk(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var count = Math.Min(left.Count, right.Count);
        for (var i = 0; i < count; i++)
        {
            if (!string.Equals(left[i], right[i], StringComparison.Ordinal)) return i;
        }

        return left.Count == right.Count ? -1 : count;
    }

    private static bool IsSame(in TraceRecord x, TraceReader a, in TraceRecord y, TraceReader b) =>
        x == y && a.NameOf(x.Entity) == b.NameOf(y.Entity) && a.NameOf(x.Other) == b.NameOf(y.Other);
}
