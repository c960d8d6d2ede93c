using System.Globalization;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Scenarios;

/// <summary>
/// Something that must hold of a run: a metric compared with a value, such as <c>p99 &lt;= 250ms</c>, or one that equals a
/// value up to a tolerance, such as <c>mean == 5s +- 2%</c>.
/// </summary>
public sealed record Expectation
{
    private static readonly (string Sign, Func<double, double, bool> Holds)[] Comparisons =
    [
        ("<=", static (a, b) => a <= b), (">=", static (a, b) => a >= b), ("==", static (a, b) => a == b),
        ("<", static (a, b) => a < b), (">", static (a, b) => a > b),
    ];

    private static readonly string[] ToleranceSigns = ["+-", "±"];

    private readonly Func<double, double, bool> _holds;

    private Expectation(string text, Metric metric, Func<double, double, bool> holds, double value, double? tolerance)
    {
        Text = text;
        Metric = metric;
        _holds = holds;
        Value = value;
        Tolerance = tolerance;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What is measured.</summary>
    public Metric Metric { get; }

    /// <summary>What it is compared with, in the unit of the metric.</summary>
    public double Value { get; }

    /// <summary>How far the metric may be from <see cref="Value"/>, in its unit; null if nothing was said of that.</summary>
    public double? Tolerance { get; }

    /// <summary>Reads an expectation.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be.</exception>
    public static Expectation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // What stands in the brackets of a metric may be an expectation itself.
        var afterMetric = text.LastIndexOf(')') + 1;
        foreach (var (sign, holds) in Comparisons)
        {
            var at = text.IndexOf(sign, afterMetric, StringComparison.Ordinal);
            if (at < 0) continue;
            var metric = Metrics.Find(text[..at].Trim());
            return Parse(text.Trim(), metric, sign, holds, text[(at + sign.Length)..].Trim());
        }

        throw new FormatException($"'{text}' is no expectation. Write a metric, one of < <= == >= >, and a value, such as: failed <= 0");
    }

    /// <summary>Compares the run with the expectation.</summary>
    public ExpectationResult Check(RunReport report)
    {
        var actual = Metric.Of(report);
        return actual is { } value
            ? new ExpectationResult(Metric.Name, Text, Metric.Format(value), Holds(value))
            : new ExpectationResult(Metric.Name, Text, "never", Held: false);
    }

    /// <summary>Whether a value of the metric is as expected.</summary>
    public bool Holds(double actual) => Tolerance is { } tolerance ? Math.Abs(actual - Value) <= tolerance : _holds(actual, Value);

    private static Expectation Parse(string text, Metric metric, string sign, Func<double, double, bool> holds, string right)
    {
        foreach (var mark in ToleranceSigns)
        {
            var at = right.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0) continue;
            if (sign != "==") throw new FormatException($"'{text}': a tolerance goes with ==, not with {sign}.");
            var value = ParseValue(metric, right[..at].Trim());
            return new Expectation(text, metric, holds, value, ParseTolerance(metric, value, right[(at + mark.Length)..].Trim()));
        }

        return new Expectation(text, metric, holds, ParseValue(metric, right), null);
    }

    // In percent of the value, whatever the unit; else in the unit.
    private static double ParseTolerance(Metric metric, double value, string text)
    {
        if (metric.Unit == MetricUnit.Milliseconds && !text.EndsWith('%')) return ParseValue(metric, text);
        var isRelative = text.EndsWith('%');
        if (!double.TryParse(isRelative ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{text}' is no tolerance. Write a percentage of the value such as 2%, or a number such as 0.005.");
        return isRelative ? Math.Abs(value) * number / 100 : number;
    }

    private static double ParseValue(Metric metric, string text)
    {
        if (metric.Unit == MetricUnit.Milliseconds)
        {
            return DurationText.TryParse(text, out var duration)
                ? duration.TotalMilliseconds
                : throw new FormatException($"'{text}' is no duration. {metric.Name} is compared with one such as 250ms or 1.5s.");
        }

        var isPercent = text.EndsWith('%');
        var number = isPercent ? text.AsSpan(0, text.Length - 1) : text;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            var example = metric.Unit == MetricUnit.Share ? "99.9%" : "0";
            throw new FormatException($"'{text}' is no number. {metric.Name} is compared with one such as {example}.");
        }

        return isPercent ? value / 100 : value;
    }
}
