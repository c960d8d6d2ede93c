using System.Globalization;
using HA.Core.Simulation.Reports;

namespace HA.Core.Simulation.Scenarios;

/// <summary>Something that must hold of a run: a metric compared with a value, such as <c>p99 &lt;= 250ms</c>.</summary>
public sealed record Expectation
{
    private static readonly (string Sign, Func<double, double, bool> Holds)[] Comparisons =
    [
        ("<=", static (a, b) => a <= b), (">=", static (a, b) => a >= b), ("==", static (a, b) => a == b),
        ("<", static (a, b) => a < b), (">", static (a, b) => a > b),
    ];

    private readonly Func<double, double, bool> _holds;
    private readonly double _value;

    private Expectation(string text, Metric metric, Func<double, double, bool> holds, double value)
    {
        Text = text;
        Metric = metric;
        _holds = holds;
        _value = value;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What is measured.</summary>
    public Metric Metric { get; }

    /// <summary>Reads an expectation.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be.</exception>
    public static Expectation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (sign, holds) in Comparisons)
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0) continue;
            var metric = Metrics.Find(text[..at].Trim());
            return new Expectation(text.Trim(), metric, holds, ParseValue(metric, text[(at + sign.Length)..].Trim()));
        }

        throw new FormatException($"'{text}' is no expectation. Write a metric, one of < <= == >= >, and a value, such as: failed <= 0");
    }

    /// <summary>Compares the run with the expectation.</summary>
    public ExpectationResult Check(RunReport report)
    {
        var actual = Metric.Of(report);
        return actual is { } value
            ? new ExpectationResult(Metric.Name, Text, Metric.Format(value), _holds(value, _value))
            : new ExpectationResult(Metric.Name, Text, "never", Held: false);
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
