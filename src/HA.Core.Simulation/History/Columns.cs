namespace HA.Core.Simulation.History;

/// <summary>Cuts the time in which calls arrive into columns of a round width: at most 100 coarse ones, each of a few fine ones.</summary>
/// <remarks>What is counted needs coarse ones, or it is noise; when something changed needs fine ones. Either is bounded.</remarks>
internal sealed class Columns
{
    private const int MostCoarse = 100;
    private const int MostFine = 240;
    private const long LeastWidth = TimeSpan.TicksPerMillisecond / 10;

    private static readonly int[] Steps = [10, 20, 25, 50];

    /// <param name="begin">When calls begin to arrive, in ticks.</param>
    /// <param name="length">How long they do.</param>
    internal Columns(long begin, TimeSpan length)
    {
        Begin = begin;
        End = begin + Math.Max(LeastWidth, length.Ticks);
        CoarseWidth = RoundWidth(End - begin);
        CoarseCount = (int)((End - begin + CoarseWidth - 1) / CoarseWidth);
        FinePerCoarse = CoarseCount * 4 <= MostFine ? 4 : CoarseCount * 2 <= MostFine ? 2 : 1;
        FineWidth = CoarseWidth / FinePerCoarse;
    }

    internal long Begin { get; }

    /// <summary>The first tick that belongs to no column.</summary>
    internal long End { get; }

    internal long CoarseWidth { get; }

    internal int CoarseCount { get; }

    internal long FineWidth { get; }

    internal int FineCount => CoarseCount * FinePerCoarse;

    internal int FinePerCoarse { get; }

    /// <summary>All columns together: the last one may reach beyond <see cref="End"/>.</summary>
    internal double Seconds => Span(CoarseWidth * CoarseCount);

    /// <summary>The coarse column of a moment; -1 for none.</summary>
    internal int CoarseOf(long at) => at >= Begin && at < End ? (int)((at - Begin) / CoarseWidth) : -1;

    /// <summary>Seconds from when calls began to arrive until then.</summary>
    internal double SecondsUntil(long at) => Span(at - Begin);

    /// <summary>When a coarse column begins, in seconds since calls began to arrive.</summary>
    internal double StartOf(int coarse) => Span(coarse * CoarseWidth);

    /// <summary>How long calls arrive in a coarse column, in seconds.</summary>
    internal double LengthOf(int coarse) => Span(Math.Min(CoarseWidth, End - Begin - (coarse * CoarseWidth)));

    /// <summary>Where a moment is, as a share of all columns; from 0 to 1.</summary>
    internal double ShareOf(long at) => Math.Clamp((double)(at - Begin) / (CoarseWidth * CoarseCount), 0, 1);

    private static double Span(long ticks) => (double)ticks / TimeSpan.TicksPerSecond;

    private static long RoundWidth(long length)
    {
        for (var unit = LeastWidth / 10; ; unit *= 10)
        {
            foreach (var step in Steps)
            {
                if (length <= unit * step * MostCoarse) return unit * step;
            }
        }
    }
}
