using System.Globalization;
using HA.Core.Sim.Reading;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Sim.Tuning;

/// <summary>A setting that may be anywhere between two values.</summary>
/// <param name="Path">Such as <c>client.calls.attemptTimeout</c>.</param>
/// <param name="From">The least: a number, or milliseconds.</param>
/// <param name="To">The most.</param>
/// <param name="Kind">What it is.</param>
internal sealed record Knob(string Path, double From, double To, KnobKind Kind)
{
    // Beyond this the small values matter as much as the large ones: 50ms to 5s are tried by factors, not by steps.
    private const double FactorsFrom = 8;

    /// <summary>Reads <c>path=from..to</c>; null if it is a setting with one value.</summary>
    /// <exception cref="BadInputException">It is a range that cannot be searched.</exception>
    internal static Knob? TryParse(string setting)
    {
        var at = setting.IndexOf('=', StringComparison.Ordinal);
        // A list or a map may have two dots inside.
        var parts = at < 0 || setting[(at + 1)..].TrimStart() is ['[' or '{', ..] ? [] : setting[(at + 1)..].Split("..");
        if (parts.Length != 2) return null;
        var (path, from, to) = (setting[..at].Trim(), parts[0].Trim(), parts[1].Trim());
        var knob = Numbers(path, from, to) ?? Durations(path, from, to)
            ?? throw new BadInputException($"--set {setting}: must be path=from..to with two numbers or two durations, such as client.calls.attemptTimeout=50ms..2s");
        return knob.From < knob.To ? knob : throw new BadInputException($"--set {setting}: the first value must be less than the second");
    }

    /// <summary>The value so far between the ends.</summary>
    /// <param name="share">0 for the least, 1 for the most.</param>
    internal double At(double share)
    {
        var value = From > 0 && To / From >= FactorsFrom ? From * Math.Pow(To / From, share) : From + ((To - From) * share);
        return Math.Clamp(Kind == KnobKind.Whole ? Math.Round(value) : Rounded(value), From, To);
    }

    /// <summary>A value as a file has it.</summary>
    internal string Text(double value) => Kind == KnobKind.Duration
        ? DurationText.Format(TimeSpan.FromMilliseconds(value))
        : value.ToString("0.######", CultureInfo.InvariantCulture);

    private static Knob? Numbers(string path, string from, string to)
    {
        if (!Number(from, out var low) || !Number(to, out var high)) return null;
        var isWhole = from.All(char.IsAsciiDigit) && to.All(char.IsAsciiDigit);
        return new Knob(path, low, high, isWhole ? KnobKind.Whole : KnobKind.Number);
    }

    private static Knob? Durations(string path, string from, string to) =>
        DurationText.TryParse(from, out var low) && DurationText.TryParse(to, out var high)
            ? new Knob(path, low.TotalMilliseconds, high.TotalMilliseconds, KnobKind.Duration)
            : null;

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    // Three digits: nobody sets 1234.5678 ms.
    private static double Rounded(double value)
    {
        if (value == 0) return 0;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 2);
        return Math.Round(value / unit) * unit;
    }
}

/// <summary>What a setting is.</summary>
internal enum KnobKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A time, in milliseconds.</summary>
    Duration,
}
