using HA.Core.Simulation.History;

namespace HA.Core.Simulation.Pages;

/// <summary>Marks on an axis: where, as a share of its length, and what is written there.</summary>
/// <param name="At">From 0 to 1.</param>
/// <param name="Text">What is written.</param>
/// <param name="IsMinor">Whether a narrow page leaves it out.</param>
internal readonly record struct Mark(double At, string Text, bool IsMinor = false);

/// <summary>A scale for amounts: from 0 to a round number, or in powers of ten.</summary>
/// <param name="ShareOf">Where a value is, from 0 at the bottom to 1 at the top.</param>
/// <param name="Marks">Its marks.</param>
internal sealed record Axis(Func<double, double> ShareOf, IReadOnlyList<Mark> Marks)
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    /// <summary>The time of a run, in seconds since calls began to arrive.</summary>
    internal static IReadOnlyList<Mark> OfTime(Columns columns)
    {
        var step = RoundUp(columns.Seconds / 9);
        return [.. Enumerable.Range(0, (int)(columns.Seconds / step) + 1).Select(i => new Mark(
            i * step / columns.Seconds, Amounts.Moment(i * step), IsMinor: i % 3 != 0))];
    }

    /// <summary>From 0 to what is at least <paramref name="most"/>.</summary>
    internal static Axis Linear(double most, Func<double, string> text)
    {
        var step = RoundUp(Math.Max(most, 1e-9) / 3);
        var top = step * Math.Max(1, Math.Ceiling((most / step) - 1e-9));
        var count = (int)Math.Round(top / step);
        return new Axis(
            v => Math.Clamp(v / top, 0, 1),
            [.. Enumerable.Range(0, count + 1).Select(i => new Mark((double)i / count, text(i * step)))]);
    }

    /// <summary>Powers of ten around <paramref name="least"/> and <paramref name="most"/>, which are above 0.</summary>
    internal static Axis Logarithmic(double least, double most, Func<double, string> text)
    {
        var bottom = Math.Floor(Powers.Of(least) + 1e-9);
        var top = Math.Max(bottom + 1, Math.Ceiling(Powers.Of(most) - 1e-9));
        return new Axis(
            v => Math.Clamp((Powers.Of(Math.Max(v, 1e-12)) - bottom) / (top - bottom), 0, 1),
            [.. Enumerable.Range(0, (int)(top - bottom) + 1).Select(i => new Mark(i / (top - bottom), text(Powers.Ten(bottom + i))))]);
    }

    private static double RoundUp(double value)
    {
        var unit = Powers.Ten(Math.Floor(Powers.Of(value)));
        return unit * Array.Find(Steps, s => s * unit >= value - (unit * 1e-9));
    }
}
