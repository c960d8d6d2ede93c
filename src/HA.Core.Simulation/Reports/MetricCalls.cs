using System.Collections.Immutable;
using System.Globalization;
using HA.Core.Simulation.Scenarios;

namespace HA.Core.Simulation.Reports;

/// <summary>Metrics that need something said, in brackets.</summary>
public static class MetricCalls
{
    private static readonly (string Form, Func<string, string, Metric> Create)[] Known =
    [
        ("share(INSTANCE)", Share),
        ("within(TIME)", Within),
        ("percentile(99.9)", Percentile),
        ("successRate(FROM..TO)", SuccessRate),
        ("attemptsPerCall(SERVICE, FROM..TO)", AttemptsPerCall),
        ("runs(EXPECTATION)", Runs),
    ];

    /// <summary>How they are written.</summary>
    public static ImmutableArray<string> Forms { get; } = [.. Known.Select(static k => k.Form)];

    /// <summary>Reads one; null if the name is none of them.</summary>
    /// <exception cref="FormatException">What stands in the brackets is wrong; the message says what would be right.</exception>
    internal static Metric? Find(string name)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !name.EndsWith(')')) return null;
        var word = name[..(open + 1)];
        var create = Array.Find(Known, k => k.Form.StartsWith(word, StringComparison.Ordinal)).Create;
        return create?.Invoke(name, name[(open + 1)..^1].Trim());
    }

    private static Metric Share(string name, string instance) => new(
        name, MetricUnit.Share, "share of the attempts that this instance got",
        r => r.PerInstance.FirstOrDefault(i => i.Id == instance)?.Share);

    private static Metric Within(string name, string text)
    {
        var limit = Duration(text, name).Ticks;
        return new Metric(name, MetricUnit.Share, "share of the calls that got a good answer in this time", Of) { IsOfAllRuns = false };

        double? Of(RunReport report)
        {
            if (report.Calls == 0 || report.Latencies is not { } all || report.FailureLatencies is not { } failed) return null;
            return (double)(all.CountUpTo(limit) - failed.CountUpTo(limit)) / report.Calls;
        }
    }

    private static Metric Percentile(string name, string text)
    {
        var isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent);
        if (!isNumber || percent is < 0 or > 100) throw new FormatException($"'{text}' in {name} is no percentage from 0 to 100.");
        return new Metric(name, MetricUnit.Milliseconds, "time that this percentage of the calls needs at most", Of) { IsOfAllRuns = true };

        double? Of(RunReport report) =>
            report.Latencies is { Count: > 0 } all ? (double)all.Percentile(percent) / TimeSpan.TicksPerMillisecond : null;
    }

    private static Metric SuccessRate(string name, string text)
    {
        var window = Window(text, name);
        return new Metric(name, MetricUnit.Share, "share of the calls begun in this stretch of time that got a good answer", Of)
        {
            Windows = [window],
        };

        double? Of(RunReport report) => report.Windows.FirstOrDefault(w => w.Window == window) is { Calls: > 0 } seen
            ? (double)seen.Succeeded / seen.Calls
            : null;
    }

    private static Metric AttemptsPerCall(string name, string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts is not [{ Length: > 0 } service, var stretch])
            throw new FormatException($"'{text}' in {name} is not a service and a stretch of time. Write one such as orders, 60s..80s.");
        var window = Window(stretch, name);
        return new Metric(
            name, MetricUnit.Number, "attempts that a service, the first or one behind it, got for each call in this stretch of time", Of)
        {
            Windows = [window],
        };

        double? Of(RunReport report)
        {
            var tier = report.Tiers.IndexOf(report.Tiers.FirstOrDefault(t => t.Service == service)!);
            return tier >= 0 && report.Windows.FirstOrDefault(w => w.Window == window) is { Calls: > 0 } seen
                ? (double)seen.AttemptsByTier[tier] / seen.Calls
                : null;
        }
    }

    private static TimeWindow Window(string text, string name)
    {
        var parts = text.Split("..", StringSplitOptions.TrimEntries);
        if (parts.Length != 2) throw new FormatException($"'{text}' in {name} is no stretch of time. Write one such as 60s..80s.");
        var window = new TimeWindow(Duration(parts[0], name), Duration(parts[1], name));
        return window.From < window.To
            ? window
            : throw new FormatException($"'{text}' in {name} ends before it begins. Write one such as 60s..80s.");
    }

    private static Metric Runs(string name, string text)
    {
        var inner = Expectation.Parse(text);
        return new Metric(
            name, MetricUnit.Share, "share of the runs, each with a seed of its own, of which this holds",
            report => inner.Check(report).Held ? 1 : 0)
        {
            Windows = inner.Metric.Windows,
        };
    }

    private static TimeSpan Duration(string text, string name) => DurationText.TryParse(text, out var duration)
        ? duration
        : throw new FormatException($"'{text}' in {name} is no duration. Write one such as 250ms or 1.5s.");
}
