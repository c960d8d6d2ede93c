using HA.Core.Sim.Verification;

namespace HA.Core.Sim.Output;

/// <summary>Intervals drawn in a line of text each, all to one scale that zero is on.</summary>
/// <param name="From">The left end; at most zero.</param>
/// <param name="To">The right end; at least zero.</param>
internal readonly record struct WhiskerPlot(double From, double To)
{
    private const int Width = 33;

    /// <summary>The scale that all of these fit on.</summary>
    internal static WhiskerPlot For(IEnumerable<(double Middle, double Half)> intervals)
    {
        double from = 0, to = 0;
        foreach (var (middle, half) in intervals) (from, to) = (Math.Min(from, middle - half), Math.Max(to, middle + half));
        return new WhiskerPlot(from, to);
    }

    /// <summary>The scale that all differences of a metric fit on.</summary>
    internal static WhiskerPlot For(ComparedMetric metric) => For(
        metric.Values.Where(static v => v.HalfWidth is not null).Select(static v => (v.Difference!.Value, v.HalfWidth!.Value)));

    /// <summary>One interval: <c>├──●──┤</c>, with <c>│</c> where zero is.</summary>
    internal string Draw(double middle, double half)
    {
        Span<char> line = stackalloc char[Width];
        line.Fill(' ');
        line[At(0)] = '│';
        int first = At(middle - half), last = At(middle + half);
        for (var i = first; i <= last; i++) line[i] = line[i] == '│' ? '┼' : '─';
        if (first < last) (line[first], line[last]) = ('├', '┤');
        line[At(middle)] = '●';
        return new string(line);
    }

    private int At(double value) => To == From ? 0 : (int)Math.Round((value - From) / (To - From) * (Width - 1));
}
